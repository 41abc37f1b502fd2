import { known, objectOf, previewOf, shortText, sizeOf, textOf, type Json } from '@telltale/answers/json-fields';
import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import type { AgentLines, Emit } from './agent-lines.ts';
import { forgetOldest } from './forget-oldest.ts';

/** More tools than are open at once, and more calls than a run makes before it tells its model. */
const mostTools = 1_000;
const mostWaiting = 10_000;

/** Whether a line is one of `cline --json`. */
export const isClineLine = (line: Json): boolean =>
  textOf(line, 'ts') !== undefined && /^(?:agent_event|run_result)$/.test(textOf(line, 'type') ?? '');

/**
 * Reads the lines of `cline --json`: one usage line an answer, without an id. The model stands on the command line, else
 * only in the last line, so that the calls wait for it. The cost on a usage line is the run's so far, not the call's.
 */
export function createClineLines({ emit, model }: { emit: Emit; model: string | undefined }): AgentLines {
  const tools = new Map<string, { name: string; input: string | undefined; inputBytes: number | undefined }>();
  let waiting: Json[] = [];

  const call = (usage: Json, used: string): void => {
    const { totalCost: _soFar, cost, ...tokens } = usage;
    emit({
      kind: 'llm_call',
      model: used,
      status: 'ok',
      origin: 'stdout',
      ...normaliseUsage('cline', tokens),
      // 0 is what it says of a model whose price it does not know.
      ...(typeof cost === 'number' && cost > 0 ? { reported_cost_usd: cost } : {}),
    });
  };
  const release = (used: string): void => {
    for (const usage of waiting) call(usage, used);
    waiting = [];
  };

  const takeTool = (event: Json, type: string | undefined): void => {
    const id = shortText(textOf(event, 'toolCallId'));
    if (id === undefined) return;
    if (type === 'content_start') {
      const { input } = event;
      tools.set(id, {
        name: textOf(event, 'toolName') ?? 'unknown',
        input: previewOf(input),
        inputBytes: sizeOf(input),
      });
      forgetOldest(tools, mostTools);
    }
    const use = tools.get(id);
    if (type !== 'content_end' || use === undefined) return;
    tools.delete(id);
    const outputs = Array.isArray(event['output']) ? (event['output'] as unknown[]) : [event['output']];
    const success =
      event['error'] === undefined &&
      outputs.every((one) => typeof one !== 'object' || one === null || Reflect.get(one, 'success') !== false);
    const duration = event['durationMs'];
    const output = previewOf(event['output']);
    emit({
      kind: 'tool_call',
      tool_name: shortText(use.name) ?? 'unknown',
      tool_call_id: id,
      success,
      ...known({
        duration_ms: typeof duration === 'number' && duration >= 0 ? duration : undefined,
        input_size_bytes: use.inputBytes,
        output_size_bytes: sizeOf(event['output']),
        input_preview: use.input,
        output_preview: output,
        error_message: success ? undefined : (previewOf(event['error']) ?? output),
      }),
    });
  };

  return {
    take(line) {
      if (textOf(line, 'type') === 'run_result') {
        release(shortText(textOf(objectOf(line, 'model'), 'id')) ?? model ?? 'unknown');
        return true;
      }
      const event = objectOf(line, 'event');
      const type = textOf(event, 'type');
      if (type === 'usage') {
        if (model === undefined && waiting.length < mostWaiting) waiting.push(event);
        else call(event, model ?? 'unknown');
        return true;
      }
      if (type === 'error') {
        const message = textOf(objectOf(event, 'error'), 'message');
        emit({
          kind: 'llm_call',
          model: model ?? 'unknown',
          status: 'error',
          origin: 'stdout',
          ...known({ error_message: message }),
        });
        return true;
      }
      if (textOf(event, 'contentType') === 'tool') takeTool(event, type);
      return false;
    },
    end: () => release(model ?? 'unknown'),
  };
}

/** The model that `cline` was told to use: `-m x`, `--model x` or `--model=x`. */
export function clineModel(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((argument) => argument === '-m' || argument === '--model');
  const next = at === -1 ? undefined : argv[at + 1];
  return next ?? argv.find((argument) => argument.startsWith('--model='))?.slice('--model='.length);
}
