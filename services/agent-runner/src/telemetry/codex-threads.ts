import type { Draft } from '@telltale/otlp/read/draft';
import { forgetOldest } from '../agent-lines/forget-oldest.ts';

/** More threads than a run has; beyond it the oldest are forgotten. */
const mostThreads = 10_000;

/** The answer of the tool that starts a sub-agent names the thread that it works in. */
const started = /"agent_id"\s*:\s*"([^"\\]{1,200})"/;

/**
 * Codex reports the thread of a sub-agent as a conversation of its own and says only in the answer of `spawn_agent` whose it
 * is: what is told of such a thread becomes its sub-agent's, in the conversation that started it.
 */
export function createCodexThreads(): (draft: Draft) => Draft {
  const rootOf = new Map<string, string>();
  return (draft) => {
    const { session_id: session } = draft;
    if (session === undefined) return draft;
    const root = rootOf.get(session);
    if (draft.kind === 'tool_call' && draft.tool_name === 'spawn_agent') {
      const [, thread] = started.exec(draft.output_preview ?? '') ?? [];
      if (thread !== undefined) rootOf.set(thread, root ?? session);
      forgetOldest(rootOf, mostThreads);
    }
    return root === undefined
      ? draft
      : { ...draft, session_id: root, attributes: { ...draft.attributes, client_agent_id: session } };
  };
}
