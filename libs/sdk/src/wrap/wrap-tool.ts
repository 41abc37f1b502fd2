import { limits } from '@telltale/contracts/limits';
import { known, shortText } from '@telltale/answers/json-fields';
import type { RecordDraft } from '../recorder/draft.ts';
import { asText, failureOf, sizeOf } from '../metrics/event-fields.ts';
import type { CallDeps } from './metered-call.ts';
import type { Scope } from './scope.ts';
import { standBefore } from './stand-before.ts';
import { isAsyncGenerator, watchGenerator, type GeneratorEnd } from './watch-generator.ts';

type AnyFunction = (...values: never[]) => unknown;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The id that the Vercel AI SDK gives a tool's second argument. */
const callIdOf = (options: unknown): string | undefined => {
  const id: unknown = typeof options === 'object' && options !== null ? Reflect.get(options, 'toolCallId') : undefined;
  return typeof id === 'string' ? shortText(id) : undefined;
};

/**
 * The tool, recording each use: time, sizes and whether it failed (threw, or answered with an `error`). Previews leave
 * the process only where something takes secrets out of them.
 */
export function wrapTool<F extends AnyFunction>(
  name: string,
  tool: F,
  { sink, clock, scope, redact, open }: CallDeps,
): F {
  const preview = (value: unknown): string | undefined =>
    redact === undefined
      ? undefined
      : redact(asText(value)?.slice(0, 4 * limits.previewLength) ?? '').slice(0, limits.previewLength) || undefined;

  const note = (
    values: readonly unknown[],
    startedAt: number,
    outcome: { result: unknown } | { error: unknown },
    { who, left }: { who: Scope; left?: number | undefined } = { who: scope() },
  ): void => {
    const now = clock.monotonic();
    const endedAt = left ?? now;
    const at = clock.now() - (now - endedAt);
    sink.defer(who, (): RecordDraft => {
      const [input, options] = values;
      const result = 'result' in outcome ? outcome.result : undefined;
      const failure = 'error' in outcome ? messageOf(outcome.error) : failureOf(result);
      return {
        kind: 'tool_call',
        at: new Date(at).toISOString(),
        tool_name: shortText(name) ?? 'unknown',
        success: failure === null,
        ...known({
          tool_call_id: callIdOf(options),
          duration_ms: Math.max(0, endedAt - startedAt),
          input_size_bytes: sizeOf(input),
          output_size_bytes: sizeOf(result),
          input_preview: preview(input),
          output_preview: preview(result),
          error_message: failure === null ? undefined : redact === undefined ? failure : redact(failure),
        }),
      };
    });
  };

  return new Proxy(tool, {
    apply(target, self, values: unknown[]) {
      const startedAt = clock.monotonic();
      let result: unknown;
      try {
        result = Reflect.apply(target, self, values);
      } catch (error) {
        note(values, startedAt, { error });
        throw error;
      }
      if (isAsyncGenerator(result)) {
        // It may be told when the scope is another's, or nobody's.
        const who = scope();
        const onEnd: GeneratorEnd = (end, left) => note(values, startedAt, end, { who, left });
        return watchGenerator(result, { open, now: () => clock.monotonic(), onEnd });
      }
      if (!(result instanceof Promise)) {
        note(values, startedAt, { result });
        return result;
      }
      // What is handed out fails as the tool did: a failure that nobody handles stays one.
      return result.then(
        (value: unknown) => {
          note(values, startedAt, { result: value });
          return value;
        },
        (error: unknown) => {
          note(values, startedAt, { error });
          throw error;
        },
      );
    },
  });
}

/** A set of tools, by name: functions, or objects with an `execute` as the Vercel AI SDK has them. */
export function wrapTools<T extends Record<string, unknown>>(tools: T, deps: CallDeps): T {
  const wrapOne = (name: string, tool: unknown): unknown => {
    if (typeof tool === 'function') return wrapTool(name, tool as AnyFunction, deps);
    const execute: unknown = typeof tool === 'object' && tool !== null ? Reflect.get(tool, 'execute') : undefined;
    if (typeof execute !== 'function') return tool;
    const run = wrapTool(name, execute as AnyFunction, deps);
    return standBefore(tool as object, (key) => (key === 'execute' ? run : Reflect.get(tool as object, key)));
  };
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, wrapOne(name, tool)])) as T;
}
