import { isJson, known, objectOf, shortText, textOf, countOf, type Json } from '@telltale/answers/json-fields';
import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import type { AgentLines, Emit } from './agent-lines.ts';

/** Lines of one pretty-printed object; more are no result of the client. */
const mostLines = 2_000;

/** Whether an object is the result of `gemini --output-format json`: on stdout with its sums, on stderr with its error. */
export const isGeminiResult = (value: Json): boolean =>
  textOf(value, 'session_id') !== undefined && (isJson(objectOf(value, 'stats')['models']) || isJson(value['error']));

/**
 * Reads the result that Gemini CLI prints over many lines. A turn that failed leaves nothing else behind: the client ends
 * before its telemetry is sent.
 */
export function createGeminiLines({ emit, model }: { emit: Emit; model: string }): AgentLines & {
  /** Takes any line of the output, for objects that are printed over several. */
  takeText(text: string): boolean;
} {
  let open: string[] | null = null;

  const takeError = (error: Json, session: string | undefined): void => {
    const code = countOf(error, 'code');
    emit({
      kind: 'llm_call',
      provider: 'google',
      model,
      status: 'error',
      origin: 'stdout',
      ...known({
        error_type: code !== undefined && code >= 400 ? `http_${code}` : shortText(textOf(error, 'type')),
        error_message: textOf(error, 'message'),
      }),
      attributes: known({ client_session_id: session }),
    });
  };

  const take = (value: Json): boolean => {
    const session = shortText(textOf(value, 'session_id'));
    for (const [name, one] of Object.entries(objectOf(objectOf(value, 'stats'), 'models'))) {
      if (!isJson(one)) continue;
      const usage = normaliseUsage('gemini_cli_stdout', objectOf(one, 'tokens'));
      if ((usage.input_tokens ?? 0) + (usage.output_tokens ?? 0) === 0) continue;
      emit({
        kind: 'llm_call',
        provider: 'google',
        model: shortText(name) ?? 'unknown',
        status: 'ok',
        origin: 'stdout',
        ...usage,
        attributes: { ...known({ client_session_id: session }), scope: 'session' },
      });
    }
    if (isJson(value['error'])) takeError(value['error'], session);
    return true;
  };

  const parsed = (lines: readonly string[]): Json | null => {
    try {
      const value: unknown = JSON.parse(lines.join('\n'));
      return isJson(value) && isGeminiResult(value) ? value : null;
    } catch {
      return null;
    }
  };

  return {
    take,
    takeText(text) {
      if (text === '{') open = [];
      open?.push(text);
      if (open !== null && open.length > mostLines) open = null;
      if (text !== '}' || open === null) return false;
      const value = parsed(open);
      open = null;
      return value !== null && take(value);
    },
    end() {
      open = null;
    },
  };
}
