import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { createLineOwner } from '../output/line-owner.ts';

/**
 * Whose a record of a run is: one agent's, or several's, when several agents work in its process. Each shows the same samples, of which a run keeps
 * the highest, so its totals count them once; a record that names one of them is that one's, a line is whose name stands
 * before it, and all else is the first's.
 */
export function createAgentShare(first: string, others: readonly string[]): (draft: RecordDraft) => readonly string[] {
  const all = new Set([first, ...others]);
  const lineOwner = createLineOwner([...all]);
  const ownerOf = (draft: RecordDraft): string => {
    if (draft.agent_id !== undefined && all.has(draft.agent_id)) return draft.agent_id;
    if (all.size === 1 || draft.kind !== 'log_entry') return first;
    return lineOwner(draft.message)?.agent ?? first;
  };
  const everybody = [...all];
  return (draft) => (draft.kind === 'process_sample' ? everybody : [ownerOf(draft)]);
}
