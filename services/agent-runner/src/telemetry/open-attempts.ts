import type { Attempt } from '@telltale/otlp/read/reading';
import type { Emit } from '../agent-lines/agent-lines.ts';
import { forgetOldest } from '../agent-lines/forget-oldest.ts';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { printedSession } from './printed-session.ts';

type Call = Extract<RecordDraft, { kind: 'llm_call' }>;

/** What a client says of a request, about the run that it is in. */
export type AttemptOfRun = {
  is: Attempt['is'];
  id: string | undefined;
  call: Call;
  /** The client's own conversation, which the run may have given another name. */
  session: string | undefined;
};

/** More requests than a client has on their way. */
const mostOpen = 10_000;

/** Requests of one thread are made one after another. */
const threadOf = ({ session_id: session, attributes = {} }: Call): string =>
  JSON.stringify([session, attributes['client_agent_id'], attributes['query_source']]);
/** Side questions of one kind may be asked side by side. */
const isThread = ({ attributes = {} }: Call): boolean =>
  attributes['client_agent_id'] !== undefined || /^(?:sdk|repl_main_thread)/.test(String(attributes['query_source']));

/**
 * Claude Code's telemetry says when it asks a model and when it has the answer, but of an attempt that fails and is made again
 * nothing else, unless it prints JSON: then it says how often. What stays without an answer while its thread went on is a call
 * that failed; the last of a thread may be on its way. Where JSON is printed the count of those waits for the end of the run.
 */
export function createOpenAttempts({ prints, emit }: { prints: boolean; emit: Emit }) {
  const open = new Map<string, Call>();
  const sessionOf = new Map<string, string>();
  const newest = new Map<string, string>();
  let isPrinting = prints;
  /** How many each conversation printed. */
  const printed = new Map<string, number>();

  const ofThread = (thread: string): [string, Call][] => [...open].filter(([, call]) => threadOf(call) === thread);

  const give = ([id, call]: [string, Call]): void => {
    open.delete(id);
    emit(call);
  };

  return {
    attempt({ is, id, call, session = '' }: AttemptOfRun): void {
      const thread = threadOf(call);
      if (is === 'asked') {
        if (id === undefined) return;
        open.set(id, call);
        sessionOf.set(id, session);
        newest.set(thread, id);
        forgetOldest(open, mostOpen);
        forgetOldest(sessionOf, mostOpen);
        forgetOldest(newest, mostOpen);
        return;
      }
      const meant = id !== undefined && open.has(id) ? id : ofThread(thread).at(-1)?.[0];
      if (meant !== undefined) open.delete(meant);
      if (!isPrinting && isThread(call)) ofThread(thread).forEach(give);
    },
    printed(call: Call): void {
      if (call.origin !== 'stdout') return;
      isPrinting = true;
      if (call.attributes?.['retried'] !== true) return;
      const session = printedSession(call);
      printed.set(session, (printed.get(session) ?? 0) + 1);
      forgetOldest(printed, mostOpen);
    },
    /** At the end of the run: what was not printed. */
    finish(): void {
      const failed = [...open].filter(([id, call]) => newest.get(threadOf(call)) !== id);
      for (const [session, ofSession] of Map.groupBy(failed, ([id]) => sessionOf.get(id) ?? ''))
        ofSession.slice(0, Math.max(0, ofSession.length - (printed.get(session) ?? 0))).forEach(give);
    },
  };
}
