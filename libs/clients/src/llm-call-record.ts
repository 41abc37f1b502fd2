import { APIError } from 'openai';
import type { Clock } from '@telltale/runtime/clock';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { RecordSink } from '@telltale/sdk/recorder/recorder';
import type { ChatCompletion } from 'openai/resources/chat/completions';

type Call = Extract<RecordDraft, { kind: 'llm_call' }>;

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
const known = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

/**
 * One try as an `llm_call`. It is told only when the provider gave it a name: a proxy that metered it knows it by the
 * same name and both are counted as one call; without a name they would be two.
 */
export function llmCallRecord(deps: {
  sink?: RecordSink | undefined;
  clock: Clock;
  model: string;
  attempt: number;
  operation: string;
}) {
  const { sink, clock, model, attempt, operation } = deps;
  const started = clock.monotonic();
  const at = new Date(clock.now()).toISOString();
  let told = false;
  const tell = (more: Omit<Call, 'kind' | 'model' | 'origin'>): void => {
    if (told || (more.request_id === undefined && more.message_id === undefined)) return;
    told = true;
    const duration_ms = Math.max(0, clock.monotonic() - started);
    sink?.record({
      kind: 'llm_call',
      at,
      model,
      origin: 'sdk',
      operation,
      attempt,
      duration_ms,
      streamed: false,
      ...more,
    });
  };
  return {
    answered(data: ChatCompletion | undefined, requestId: string | null): void {
      const { usage, id, model: responseModel } = data ?? {};
      const { prompt_tokens_details: input, completion_tokens_details: output } = usage ?? {};
      tell({
        status: 'ok',
        ...known({
          request_id: requestId ?? undefined,
          message_id: typeof id === 'string' && id !== '' ? id.slice(0, 200) : undefined,
          response_model: typeof responseModel === 'string' && responseModel !== model ? responseModel : undefined,
          input_tokens: count(usage?.prompt_tokens),
          output_tokens: count(usage?.completion_tokens),
          cache_read_tokens: count(input?.cached_tokens),
          reasoning_tokens: count(output?.reasoning_tokens),
          stop_reason: data?.choices?.[0]?.finish_reason ?? undefined,
        }),
      });
    },
    failed(error: unknown): void {
      if (!(error instanceof APIError)) return;
      tell({
        status: 'error',
        error_message: error.message.slice(0, 1_000),
        ...known({ request_id: error.requestID ?? undefined, error_type: error.type ?? undefined }),
      });
    },
  };
}
