import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';

/** Pages of a conversation's uses of tools that are looked at; each has 100. */
const mostPages = 50;

/**
 * Looks up which uses of tools of a conversation are stored. A key that may not read cannot ask: then nothing is known to
 * be stored, and what was seen live may be told twice. What a metering proxy tells of them stands in for who knows them: the
 * transcript does, and all of them.
 */
export function createToldTools(
  api: Pick<TelltaleApi, 'calls'>,
): (sessionId: string, toolCallId: string) => Promise<boolean> {
  const known = new Map<string, Promise<ReadonlySet<string>>>();

  const read = async (sessionId: string): Promise<ReadonlySet<string>> => {
    const ids = new Set<string>();
    let cursor: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const query = {
        kind: 'tool_call' as const,
        session_id: sessionId,
        limit: 100,
        ...(cursor === undefined ? {} : { cursor }),
      };
      const { calls, next_cursor } = await api.calls(query);
      for (const call of calls)
        if (call.kind === 'tool_call' && call.tool_call_id && call.attributes?.['signal'] !== 'wire')
          ids.add(call.tool_call_id);
      if (next_cursor === null || next_cursor === undefined) break;
      cursor = next_cursor;
    }
    return ids;
  };

  return async (sessionId, toolCallId) => {
    const ids = known.get(sessionId) ?? read(sessionId).catch(() => new Set<string>());
    known.set(sessionId, ids);
    return (await ids).has(toolCallId);
  };
}
