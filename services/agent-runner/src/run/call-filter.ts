import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { Clock } from '@telltale/runtime/clock';
import type { Emit } from '../agent-lines/agent-lines.ts';
import type { CallRecord } from '@telltale/answers/call-meter';
import type { UseRecord } from '../proxy/tool-uses.ts';
import { createMeteredCalls } from './take-metered.ts';

/** Whose model it is: a client may name that one, whoever answers at the address. */
const namedAfter: readonly (readonly [prefix: string, provider: string])[] = [
  ['claude', 'anthropic'],
  ['gemini', 'google'],
];

/** A call that the program printed of itself. */
export const isPrintedCall = (record: RecordDraft): boolean => record.kind === 'llm_call' && record.origin === 'stdout';

/**
 * One call, once: what a program tells of a call with one of its ids is joined by that id where it is stored, and telemetry
 * that knows none is given that of the call it is about. Other calls and sums without any id (a whole turn, calls that were
 * never printed) cannot be, so they are left out once the proxy has seen calls of that provider, or of the model where it is
 * printed: a client has names of its own for who sells it. So are attempts that were made again, under whatever id. A program
 * tells of a call after it was made. Uses of tools that the proxy knows from the wire stand in until anybody else tells of
 * tools; the store takes back those that were told before.
 */
export function createCallFilter(emit: Emit, clock: Pick<Clock, 'now'>) {
  const calls = createMeteredCalls();
  const providers = new Set<string>();
  const models = new Set<string>();
  let any = false;
  let toldTools = false;

  const isToldTwice = (call: CallRecord): boolean => {
    if (!any || call.origin === 'proxy') return false;
    const isAttempt = call.attributes?.['retried'] === true;
    if (!isAttempt && (call.request_id !== undefined || call.message_id !== undefined)) return false;
    if (call.provider === undefined || providers.has(call.provider)) return true;
    return (isAttempt || isPrintedCall(call)) && models.has(call.model);
  };

  return {
    metered(call: CallRecord): void {
      any = true;
      const named = namedAfter.find(([prefix]) => call.model.startsWith(prefix))?.[1];
      for (const provider of [call.provider, named]) if (provider !== undefined) providers.add(provider);
      for (const model of [call.model, call.response_model]) if (model !== undefined) models.add(model);
      calls.metered(call, clock.now());
      emit(call);
    },
    used(use: UseRecord): void {
      if (!toldTools) emit(use);
    },
    emit(record: RecordDraft): void {
      if (record.kind === 'tool_call') toldTools = true;
      const ids = any && record.kind === 'llm_call' ? calls.idsFor(record) : null;
      if (record.kind === 'llm_call' && ids !== null) emit({ ...record, ...ids });
      else if (record.kind !== 'llm_call' || !isToldTwice(record)) emit(record);
    },
  };
}
