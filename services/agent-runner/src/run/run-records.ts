import { hostname } from 'node:os';
import { subAgentLabels } from '@telltale/contracts/records/sub-agent';
import type { Clock } from '@telltale/runtime/clock';
import type { Identity, RecordDraft } from '@telltale/sdk/recorder/draft';
import { known } from '@telltale/answers/json-fields';
import { createAgentShare } from './share-agents.ts';
import { captureDraft, type CaptureModes } from '../capture/capture-draft.ts';
import type { Redactor } from '@telltale/sdk/capture/redactor';

export type RunIdentity = Identity & { run_id: string };

/**
 * Every record of a run leaves through here: it gets who, where and when, and what the capture mode lets out. The
 * redactions of the whole run are counted.
 */
export function createRunRecords({
  identity,
  agentIds = [],
  modes,
  redactor,
  clock,
  emit,
}: {
  identity: RunIdentity;
  /** Further agents of the same process. */
  agentIds?: readonly string[] | undefined;
  modes: CaptureModes;
  redactor: Redactor;
  clock: Clock;
  emit: (record: RecordDraft) => void;
}) {
  const common = known({ host: hostname(), ...known(identity) });
  const agentsOf = createAgentShare(identity.agent_id, agentIds);
  const sessionOf = createClientSessions();
  let redactions = 0;
  let now = { ms: 0, iso: '' };

  /** Many lines share a millisecond, and writing a time is what a record costs most. */
  const nowIso = (): string => {
    const ms = clock.now();
    if (ms !== now.ms) now = { ms, iso: new Date(ms).toISOString() };
    return now.iso;
  };

  return {
    emit(draft: RecordDraft): void {
      const captured = captureDraft(draft, modes, redactor);
      const counted = captured.attributes?.['redactions'];
      if (typeof counted === 'number') redactions += counted;
      const session = identity.session_id === undefined ? sessionOf(captured) : {};
      const labels = { ...identity.labels, ...draft.labels };
      const about = draft.attributes === undefined ? {} : subAgentLabels({ labels, attributes: draft.attributes });
      for (const agent_id of agentsOf(captured))
        emit({ ...common, at: nowIso(), ...captured, ...session, ...about, agent_id });
    },
    redactions: () => redactions,
  };
}
export type RunRecords = ReturnType<typeof createRunRecords>;

/**
 * The conversation of a run that was given none, as its client names it: in a header of the call, or in the line it printed. A use of
 * a tool that it printed belongs to the conversation that was last heard of.
 */
function createClientSessions() {
  let last: string | undefined;
  return (draft: RecordDraft): { session_id?: string } => {
    if (draft.kind !== 'llm_call' && draft.kind !== 'tool_call') return {};
    const told = draft.session_id ?? draft.attributes?.['client_session_id'];
    if (typeof told === 'string') last = told;
    const session = draft.session_id ?? (draft.kind === 'tool_call' ? last : told);
    return typeof session === 'string' ? { session_id: session } : {};
  };
}
