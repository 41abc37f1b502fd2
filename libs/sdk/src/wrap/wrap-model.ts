import { isJson, known, objectOf, shortText, textOf, type Json } from '@telltale/answers/json-fields';
import type { RecordDraft } from '../recorder/draft.ts';
import type { CallDeps } from './metered-call.ts';
import { finishOf, usageOfModel } from './model-usage.ts';
import { methodOf, standBefore } from './stand-before.ts';

type CallDraft = Extract<RecordDraft, { kind: 'llm_call' }>;

/** Suffixes by which the SDK tells one provider's APIs apart. */
const apiSuffix = /\.(?:chat|responses|messages|completion|embedding|generative-ai)$/;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const isAbort = (error: unknown): boolean => error instanceof Error && /^(?:Abort|Timeout)Error$/.test(error.name);

/** What is known of a call when it ends: the parts of its answer that were seen. */
type Seen = { answer: Json; response: Json; toolCalls: number; firstAt?: number; error?: unknown; left?: boolean };

function outcomeOf(
  { error, left }: Seen,
  redact: CallDeps['redact'],
): Pick<CallDraft, 'status' | 'error_type' | 'error_message'> {
  if (left === true || isAbort(error)) return { status: 'aborted' };
  if (error === undefined) return { status: 'ok' };
  const status: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'statusCode') : undefined;
  const name = error instanceof Error ? error.name : 'error';
  const message = messageOf(error);
  return {
    status: 'error',
    error_type: shortText(typeof status === 'number' ? `http_${status}` : name) ?? 'error',
    error_message: redact === undefined ? message : redact(message),
  };
}

/** The stream with its parts looked at as they are read. */
function watchedStream(
  stream: ReadableStream<unknown>,
  onPart: (part: Json) => void,
  onEnd: (end: { error?: unknown; left?: boolean }) => void,
): ReadableStream<unknown> {
  const reader = stream.getReader();
  return new ReadableStream<unknown>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            if (isJson(value)) onPart(value);
            controller.enqueue(value);
            return;
          }
          onEnd({});
          controller.close();
        } catch (error) {
          onEnd({ error });
          throw error;
        }
      },
      async cancel(reason) {
        onEnd({ left: true });
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** A language model of the Vercel AI SDK (specification 2 and later) whose calls are recorded, whole and streamed. */
export function wrapModel<T extends object>(model: T, { sink, clock, scope, redact }: CallDeps): T {
  const note = (startedAt: number, streamed: boolean, seen: Seen): void => {
    const endedAt = clock.monotonic();
    sink.defer(scope(), (): RecordDraft => {
      const { answer, response, toolCalls, firstAt } = seen;
      const asked = shortText(textOf(model as Json, 'modelId')) ?? 'unknown';
      const told = shortText(textOf(response, 'modelId'));
      return {
        kind: 'llm_call',
        origin: 'sdk',
        operation: 'chat',
        model: asked,
        streamed,
        ...outcomeOf(seen, redact),
        ...usageOfModel(answer['usage']),
        ...known({
          provider: shortText(textOf(model as Json, 'provider')?.replace(apiSuffix, '')),
          response_model: told === asked ? undefined : told,
          message_id: shortText(textOf(response, 'id')),
          stop_reason: shortText(finishOf(answer)),
          tool_calls: toolCalls,
          duration_ms: Math.max(0, endedAt - startedAt),
          ttft_ms: firstAt === undefined ? undefined : Math.max(0, firstAt - startedAt),
        }),
      };
    });
  };

  const generate =
    (run: (...values: unknown[]) => unknown) =>
    async (...values: unknown[]): Promise<unknown> => {
      const startedAt = clock.monotonic();
      try {
        const answer: unknown = await run(...values);
        const json = isJson(answer) ? answer : {};
        const content = Array.isArray(json['content']) ? json['content'] : [];
        const toolCalls = content.filter((part) => isJson(part) && part['type'] === 'tool-call').length;
        note(startedAt, false, { answer: json, response: objectOf(json, 'response'), toolCalls });
        return answer;
      } catch (error) {
        note(startedAt, false, { answer: {}, response: {}, toolCalls: 0, error });
        throw error;
      }
    };

  const stream =
    (run: (...values: unknown[]) => unknown) =>
    async (...values: unknown[]): Promise<unknown> => {
      const startedAt = clock.monotonic();
      const seen: Seen = { answer: {}, response: {}, toolCalls: 0 };
      let ended = false;
      const end = (how: { error?: unknown; left?: boolean }): void => {
        if (ended) return;
        ended = true;
        note(startedAt, true, { ...seen, ...known(how) });
      };
      try {
        const answer: unknown = await run(...values);
        if (!isJson(answer) || !(answer['stream'] instanceof ReadableStream)) return answer;
        const onPart = (part: Json): void => {
          const type = part['type'];
          if (typeof type === 'string' && type.endsWith('-delta')) seen.firstAt ??= clock.monotonic();
          if (type === 'response-metadata') seen.response = { ...seen.response, ...part };
          if (type === 'tool-call') seen.toolCalls += 1;
          if (type === 'finish') seen.answer = part;
          if (type === 'error') seen.error = part['error'];
        };
        return { ...answer, stream: watchedStream(answer['stream'], onPart, end) };
      } catch (error) {
        end({ error });
        throw error;
      }
    };

  return standBefore(model, (key) => {
    const value: unknown = Reflect.get(model, key, model);
    if (typeof value !== 'function' || key === 'constructor') return value;
    const run = (...values: unknown[]): unknown => Reflect.apply(value, model, values);
    if (key === 'doGenerate') return generate(run);
    return key === 'doStream' ? stream(run) : methodOf(model, value as (...values: never[]) => unknown);
  });
}
