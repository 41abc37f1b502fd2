import {
  isJson,
  known,
  objectOf,
  previewOf,
  shortText,
  sizeOf,
  textOf,
  type Json,
} from '@telltale/answers/json-fields';
import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import type { AgentLines, Emit } from './agent-lines.ts';

const types = new Set(['tool_use', 'step_finish', 'error']);

/** Whether a line is one of `opencode run --format json` that tells something. */
export const isOpencodeLine = (line: Json): boolean =>
  types.has(textOf(line, 'type') ?? '') &&
  textOf(line, 'sessionID') !== undefined &&
  (isJson(line['part']) || isJson(line['error']));

/**
 * Reads the lines of `opencode run --format json`: one `step_finish` an answer, without an id and without the model, and one
 * `tool_use` for each tool that ended. `model` is as on the command line, `provider/model`.
 */
export function createOpencodeLines({ emit, model }: { emit: Emit; model: string | undefined }): AgentLines {
  const [provider, ...rest] = (model ?? '').split('/');
  const called = {
    model: shortText(rest.join('/')) || 'unknown',
    ...(provider ? { provider: provider.slice(0, 200) } : {}),
  };

  const takeStep = (part: Json): void => {
    const usage = normaliseUsage('opencode', { ...objectOf(part, 'tokens'), cost: part['cost'] });
    emit({ kind: 'llm_call', ...called, status: 'ok', origin: 'stdout', ...usage });
  };

  const takeTool = (part: Json): void => {
    const state = objectOf(part, 'state');
    const { start, end } = objectOf(state, 'time');
    const success = textOf(state, 'status') !== 'error';
    const [input, output] = [state['input'], state['output']];
    emit({
      kind: 'tool_call',
      tool_name: shortText(textOf(part, 'tool')) ?? 'unknown',
      success,
      ...known({
        tool_call_id: shortText(textOf(part, 'callID')),
        duration_ms: typeof start === 'number' && typeof end === 'number' && end >= start ? end - start : undefined,
        error_message: success ? undefined : previewOf(state['error']),
        input_size_bytes: sizeOf(input),
        output_size_bytes: sizeOf(output),
        input_preview: previewOf(input),
        output_preview: previewOf(output),
      }),
    });
  };

  const takeError = (error: Json): void => {
    emit({
      kind: 'llm_call',
      ...called,
      status: 'error',
      origin: 'stdout',
      ...known({
        error_type: shortText(textOf(error, 'name')),
        error_message: textOf(objectOf(error, 'data'), 'message'),
      }),
    });
  };

  return {
    take(line) {
      const type = textOf(line, 'type');
      if (type === 'tool_use') takeTool(objectOf(line, 'part'));
      if (type === 'step_finish') takeStep(objectOf(line, 'part'));
      if (type === 'error') takeError(objectOf(line, 'error'));
      return type === 'step_finish';
    },
    end: () => undefined,
  };
}
