import type { Readable } from 'node:stream';
import type { RecordOf } from '@telltale/contracts/records/record';
import { callerOf } from '@telltale/answers/caller';
import { createResultReader, type ToolResult } from '@telltale/answers/read-results';
import type { ToolUse } from '@telltale/answers/tool-uses';
import type { Clock } from '@telltale/runtime/clock';
import { createOpenUses, type AskingCall, type OpenUse } from './open-uses.ts';
import { createTold } from './own-ids.ts';

type Filled = 'v' | 'id' | 'at' | 'agent_id';
/** The use of a tool as the wire tells it. */
export type UseRecord = Omit<RecordOf<'tool_call'>, Filled> & { at: string; agent_id?: string };

/**
 * Knows the uses of tools that answers ask for by the results that later requests bring. One is told when its result comes
 * for the first time; each later request of the conversation brings it again. What was asked for before the proxy was
 * there, and what never comes back, is not told. Where a provider gives no ids, the result is of the oldest use of that name.
 */
export function createToolUses({ onUse, clock }: { onUse: (use: UseRecord) => void; clock: Clock }) {
  const open = createOpenUses();
  const told = createTold();
  /** Calls that began and whose answers were not all read. */
  let running = 0;

  const tell = (
    { use, wire, agent, caller, endedMono }: OpenUse,
    { failed, outputBytes }: ToolResult,
    from: { at: number; mono: number },
  ): void => {
    // An id that a server gives again, in another conversation, would make one of the two.
    const isOwn = use.id === undefined || told.isNew(`${wire}:${use.id}`);
    onUse({
      kind: 'tool_call',
      at: new Date(from.at).toISOString(),
      tool_name: use.name,
      ...(isOwn && use.id !== undefined ? { tool_call_id: use.id } : {}),
      success: !failed,
      duration_ms: Math.max(0, Math.round((from.mono - (endedMono ?? from.mono)) * 10) / 10),
      input_size_bytes: Math.max(0, use.inputBytes),
      output_size_bytes: outputBytes,
      attributes: { signal: 'wire', ...caller, ...(isOwn ? {} : { repeated_tool_call_id: use.id }) },
      ...(agent === undefined ? {} : { agent_id: agent }),
    });
  };

  return {
    /** Follows a call that begins now: which results its request brings, and which tools its answer asks for. */
    call({ wire, agent, headers }: AskingCall) {
      const from = { at: clock.now(), mono: clock.monotonic() };
      const caller = callerOf(headers);
      const own: OpenUse[] = [];
      running += 1;
      let body: { chunks: readonly Buffer[]; messages: number } = { chunks: [], messages: 0 };

      const results = () => {
        const found = new Map<string, ToolResult>();
        const reader = createResultReader(wire, (result) => {
          if (result.id !== undefined && open.withId(wire, result.id) !== undefined) found.set(result.id, result);
        });
        const end = (): void => {
          const { messages } = body;
          for (const [id, result] of found) {
            const one = open.withId(wire, id);
            // Of an earlier use with the same id: no request brings what its own answer asks for, and one that is made again no
            // more than before.
            if (one === undefined || own.includes(one) || (told.has(`${wire}:${id}`) && messages <= one.messages))
              continue;
            open.close(one);
            tell(one, result, from);
          }
          for (const result of reader.last()) {
            if (result.id !== undefined && found.has(result.id)) continue;
            const one = open.withName(wire, result.name, messages);
            if (one === undefined) continue;
            open.close(one);
            tell(one, result, from);
          }
        };
        return { push: reader.push, end };
      };

      return {
        /** The request, as far as it is held. */
        request(chunks: readonly Buffer[], { messages = 0 }: { messages?: number }): void {
          body = { chunks, messages };
        },
        /**
         * Looks for results in what is held, once: while its answer is waited for (`early`), but after it where another answer is
         * still read, which may be the one that asked.
         */
        look({ early = false }: { early?: boolean } = {}): void {
          if (early && running > 1) return;
          const { chunks } = body;
          body.chunks = [];
          if (chunks.length === 0 || !open.mayBeIn(wire, chunks)) return;
          const reader = results();
          for (const chunk of chunks) reader.push(chunk);
          reader.end();
        },
        /** Looks for them in a request that is too long to hold. */
        follow(rest: Readable): void {
          const { chunks } = body;
          body.chunks = [];
          if (open.size() === 0) return;
          const reader = results();
          for (const chunk of chunks) reader.push(chunk);
          rest.on('data', (chunk: Buffer) => reader.push(chunk));
          rest.once('end', () => reader.end());
        },
        asks(use: ToolUse): void {
          const one: OpenUse = { use, wire, agent, caller, messages: body.messages, endedMono: undefined };
          own.push(one);
          open.open(one);
        },
        ended(): void {
          running -= 1;
          const now = clock.monotonic();
          for (const one of own) one.endedMono = now;
        },
      };
    },
  };
}
export type ToolUses = ReturnType<typeof createToolUses>;
