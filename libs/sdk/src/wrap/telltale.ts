import { systemClock, type Clock } from '@telltale/runtime/clock';
import type { RecordDraft } from '../recorder/draft.ts';
import type { RecordSink } from '../recorder/recorder.ts';
import { createDeferredSink } from './deferred-sink.ts';
import type { CallDeps } from './metered-call.ts';
import { createOpenUses } from './open-uses.ts';
import { createScopes, type Scope } from './scope.ts';
import { wrapFetchClient, wrapGoogleClient } from './wrap-clients.ts';
import { wrapMemory, type MemoryMethods } from './wrap-memory.ts';
import { wrapModel } from './wrap-model.ts';
import { wrapTool, wrapTools } from './wrap-tool.ts';

export type TelltaleDeps = {
  /** Where the records go: a recorder, or one speaking for a run. */
  sink: RecordSink;
  /** Makes messages and previews safe to keep. Without it no preview leaves the process. */
  redact?: (text: string) => string;
  clock?: Clock;
};

/**
 * Instruments an agent: each wrapper returns what it was given, recording what happens in it. Nothing of it throws into
 * the agent, changes what it gets, or waits: on the caller's path a record costs a push.
 */
export function createTelltale({ sink, redact, clock = systemClock }: TelltaleDeps) {
  const scopes = createScopes();
  const deferred = createDeferredSink({ sink, clock });
  const open = createOpenUses();
  const deps: CallDeps = { sink: deferred, clock, scope: scopes.current, redact, open };
  return {
    /** Everything that `work` does, also later, is reported for this session, task or agent. */
    with: <T>(scope: Scope, work: () => T): T => scopes.with(scope, work),
    /** A client of `@anthropic-ai/sdk`. */
    anthropic: <T extends object>(client: T): T => wrapFetchClient(client, deps),
    /** A client of `openai`, also Azure's and those of servers that speak like it. */
    openai: <T extends object>(client: T): T => wrapFetchClient(client, deps),
    /** A client of `@google/genai`. */
    google: <T extends object>(client: T): T => wrapGoogleClient(client, deps),
    /** A language model of the Vercel AI SDK. */
    model: <T extends object>(model: T): T => wrapModel(model, deps),
    tool: <F extends (...values: never[]) => unknown>(name: string, tool: F): F => wrapTool(name, tool, deps),
    tools: <T extends Record<string, unknown>>(tools: T): T => wrapTools(tools, deps),
    memory: <T extends object>(store: T, methods?: MemoryMethods): T => wrapMemory(store, deps, methods),
    /** Any other record, for the scope it is called in. Never throws and never waits. */
    record(draft: RecordDraft): void {
      deferred.defer(scopes.current(), () => draft);
    },
    /** At the end: whoever has not read an answer by now will not. */
    leaveCalls: (): void => open.leaveAll(),
    /** Hands everything that waits to the sink, now. */
    drain: (): void => deferred.drain(),
    dropped: (): number => deferred.dropped(),
  };
}
export type Telltale = ReturnType<typeof createTelltale>;
