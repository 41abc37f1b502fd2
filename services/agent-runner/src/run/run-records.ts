import { hostname } from 'node:os';
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
      for (const agent_id of agentsOf(captured)) emit({ ...common, at: nowIso(), ...captured, agent_id });
    },
    redactions: () => redactions,
  };
}
export type RunRecords = ReturnType<typeof createRunRecords>;
