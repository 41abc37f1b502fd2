import { forgetOldest } from './forget-oldest.ts';
import type { Clock } from '@telltale/runtime/clock';
import type { AgentLines, Emit } from './agent-lines.ts';
import {
  countOf,
  known,
  objectOf,
  previewOf,
  shortText,
  sizeOf,
  textOf,
  type Json,
} from '@telltale/answers/json-fields';

const types = /^(?:thread\.started|turn\.(?:started|completed|failed)|item\.(?:started|updated|completed))$/;

/**
 * What it says of an answer that broke off and is asked for again; refused requests its telemetry tells of. Older ones do not say
 * which of the two it was.
 */
const brokeOff = /^Reconnecting\.{3} \d+\/\d+(?: \((stream disconnected.*)\))?$/s;
const isBrokenOff = (line: Json): boolean =>
  textOf(line, 'type') === 'error' && brokeOff.test(textOf(line, 'message') ?? '');

/** Whether a line is one of `codex exec --json`. */
export const isCodexLine = (line: Json): boolean => types.test(textOf(line, 'type') ?? '') || isBrokenOff(line);

/** The kinds of item that are a tool at work, and what is shown of each. */
const toolItems: Readonly<Record<string, (item: Json) => { name: string; input: unknown; output: unknown }>> = {
  command_execution: (item) => ({ name: 'shell', input: item['command'], output: item['aggregated_output'] }),
  file_change: (item) => ({ name: 'file_change', input: item['changes'], output: undefined }),
  mcp_tool_call: (item) => ({
    name: [textOf(item, 'server'), textOf(item, 'tool')].filter((part) => part !== undefined).join('.') || 'mcp',
    input: item['arguments'],
    output: item['result'],
  }),
  web_search: (item) => ({ name: 'web_search', input: item['query'], output: undefined }),
};

/** More items than are begun at once. */
const mostStarted = 1_000;

/**
 * Reads the lines of `codex exec --json`. They name no model, so `model` (from the command line) or "unknown" is used;
 * usage is the sum of a turn, its input includes what the cache gave.
 */
export function createCodexLines({ emit, clock, model }: { emit: Emit; clock: Clock; model: string }): AgentLines {
  const startedAt = new Map<string, number>();
  let thread: string | undefined;

  const attributes = () => known({ client_session_id: thread, scope: 'turn' });

  const takeUsage = (usage: Json): void => {
    emit({
      kind: 'llm_call',
      model,
      status: 'ok',
      origin: 'stdout',
      ...known({
        input_tokens: countOf(usage, 'input_tokens'),
        output_tokens: countOf(usage, 'output_tokens'),
        cache_read_tokens: countOf(usage, 'cached_input_tokens'),
        // One lifetime of cache entries only; it is booked as the short one.
        cache_write_5m_tokens: countOf(usage, 'cache_write_input_tokens'),
        reasoning_tokens: countOf(usage, 'reasoning_output_tokens'),
      }),
      attributes: attributes(),
    });
  };

  const takeItem = (item: Json): void => {
    const id = textOf(item, 'id') ?? '';
    const describe = toolItems[textOf(item, 'type') ?? ''];
    const began = startedAt.get(id);
    startedAt.delete(id);
    if (describe === undefined) return;
    const { name, input, output } = describe(item);
    const exitCode = item['exit_code'];
    const success = textOf(item, 'status') !== 'failed' && (typeof exitCode !== 'number' || exitCode === 0);
    emit({
      kind: 'tool_call',
      tool_name: shortText(name) ?? 'unknown',
      success,
      ...known({
        tool_call_id: shortText(thread === undefined ? textOf(item, 'id') : `${thread}:${id}`),
        duration_ms: began === undefined ? undefined : clock.monotonic() - began,
        error_message: success ? undefined : (previewOf(item['error']) ?? previewOf(output)),
        input_size_bytes: sizeOf(input),
        output_size_bytes: sizeOf(output),
        input_preview: previewOf(input),
        output_preview: previewOf(output),
      }),
      // Its telemetry names the same use of a tool by the id that the model gave it.
      attributes: { own_id: true },
    });
  };

  return {
    take(line) {
      switch (textOf(line, 'type')) {
        case 'thread.started':
          thread = shortText(textOf(line, 'thread_id'));
          return false;
        case 'item.started':
          startedAt.set(textOf(objectOf(line, 'item'), 'id') ?? '', clock.monotonic());
          forgetOldest(startedAt, mostStarted);
          return false;
        case 'item.completed':
          takeItem(objectOf(line, 'item'));
          return false;
        case 'turn.completed':
          takeUsage(objectOf(line, 'usage'));
          return true;
        case 'error': {
          const why = brokeOff.exec(textOf(line, 'message') ?? '')?.[1];
          emit({
            kind: 'llm_call',
            model,
            status: 'error',
            origin: 'stdout',
            error_type: why === undefined ? 'retried' : 'stream_cut',
            ...known({ error_message: why }),
            attributes: { ...known({ client_session_id: thread }), ...(why === undefined ? {} : { retried: true }) },
          });
          return true;
        }
        case 'turn.failed':
          emit({
            kind: 'llm_call',
            model,
            status: 'error',
            origin: 'stdout',
            ...known({ error_message: textOf(objectOf(line, 'error'), 'message') }),
            attributes: attributes(),
          });
          return true;
        default:
          return false;
      }
    },
    end() {
      startedAt.clear();
    },
  };
}

/** The model that `codex exec` was told to use: `-m x`, `--model x`, `--model=x` or `-c model=x`. */
export function codexModel(argv: readonly string[]): string {
  for (const [index, argument] of argv.entries()) {
    const next = argv[index + 1];
    if ((argument === '-m' || argument === '--model') && next !== undefined) return next;
    if (argument.startsWith('--model=')) return argument.slice('--model='.length);
    const setting = argument === '-c' || argument === '--config' ? /^model\s*=\s*"?([^"]+)"?$/.exec(next ?? '') : null;
    if (setting?.[1] !== undefined) return setting[1];
  }
  return 'unknown';
}
