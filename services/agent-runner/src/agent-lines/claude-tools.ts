import type { Emit } from './agent-lines.ts';
import { forgetOldest } from './forget-oldest.ts';
import { known, previewOf, shortText, sizeOf, textOf, type Json } from '@telltale/answers/json-fields';

/** Of its input what a record tells: it may be a whole file, and a thousand of them are open at most. */
type Use = {
  name: string;
  inputBytes: number | undefined;
  input: string | undefined;
  at: number | undefined;
  agent: string | undefined;
};

/** More tools than this are never open at once; older ones are forgotten. */
const mostOpen = 1_000;

const timeOf = (line: Json): number | undefined => {
  const ms = Date.parse(textOf(line, 'timestamp') ?? '');
  return Number.isNaN(ms) ? undefined : ms;
};

/** Which sub-agent a line is of; a main thread's says nothing. */
const agentOf = (line: Json): string | undefined => shortText(textOf(line, 'agent_id'));

/** Pairs `tool_use` blocks with their `tool_result`; durations are by the client's own times. */
export function createClaudeTools({ emit }: { emit: Emit }) {
  const open = new Map<string, Use>();

  return {
    takeUses(line: Json, content: readonly Json[]): void {
      for (const block of content) {
        const id = textOf(block, 'id');
        if (block['type'] !== 'tool_use' || id === undefined) continue;
        open.set(id, {
          name: textOf(block, 'name') ?? 'unknown',
          inputBytes: sizeOf(block['input']),
          input: previewOf(block['input']),
          at: timeOf(line),
          agent: agentOf(line),
        });
        forgetOldest(open, mostOpen);
      }
    },
    takeResults(line: Json, content: readonly Json[]): void {
      for (const block of content) {
        const id = textOf(block, 'tool_use_id');
        const use = id === undefined ? undefined : open.get(id);
        if (block['type'] !== 'tool_result' || id === undefined || use === undefined) continue;
        open.delete(id);
        const failed = block['is_error'] === true;
        const at = timeOf(line);
        const output = previewOf(block['content']);
        emit({
          kind: 'tool_call',
          tool_name: shortText(use.name) ?? 'unknown',
          tool_call_id: shortText(id) ?? id,
          success: !failed,
          ...known({
            duration_ms: at === undefined || use.at === undefined ? undefined : Math.max(0, at - use.at),
            error_message: failed ? output : undefined,
            input_size_bytes: use.inputBytes,
            output_size_bytes: sizeOf(block['content']),
            input_preview: use.input,
            output_preview: output,
            attributes: use.agent === undefined ? undefined : { client_agent_id: use.agent },
          }),
        });
      }
    },
  };
}
