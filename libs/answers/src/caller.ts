import type { IncomingHttpHeaders } from 'node:http';
import { known, shortText } from './json-fields.ts';

/** The first of the headers that says something. */
export const header = (headers: IncomingHttpHeaders, ...names: string[]): string | undefined => {
  const value = names.map((name) => headers[name]).find((found) => typeof found === 'string' && found !== '');
  return typeof value === 'string' ? value : undefined;
};

/** What Copilot says of all its sub-agents: it names none of them. */
const copilots = 'subagent';

/** The sub-agent that a client says a call is of. */
function subAgentOf(headers: IncomingHttpHeaders): string | undefined {
  const claude = header(headers, 'x-claude-code-agent-id');
  if (claude !== undefined) return claude;
  // opencode gives a sub-agent a session of its own, under that of who called it.
  if (header(headers, 'x-parent-session-id') !== undefined) return header(headers, 'x-session-id');
  // Codex: a thread of its own within the session.
  const [session, thread] = [header(headers, 'session-id'), header(headers, 'thread-id')];
  if (session !== undefined && thread !== undefined && thread !== session) return thread;
  return header(headers, 'x-interaction-type') === 'conversation-subagent' ? copilots : undefined;
}

/** Whose call it is in the client's own words: its conversation, and which of its sub-agents. */
export function callerOf(headers: IncomingHttpHeaders) {
  const session = header(headers, 'x-claude-code-session-id', 'x-parent-session-id', 'x-session-id', 'session-id');
  return known({ client_session_id: shortText(session), client_agent_id: shortText(subAgentOf(headers)) });
}
