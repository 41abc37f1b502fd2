import OpenAI from 'openai';
import { systemClock, type Clock } from '@telltale/runtime/clock';
import { processEnvironment } from '@telltale/runtime/config';
import type { ServiceCallTracker } from '@telltale/sdk/metrics/service-call-tracker';
import type { RecordSink } from '@telltale/sdk/recorder/recorder';
import { Agent, fetch as undiciFetch } from 'undici';
import { llmCallRecord } from './llm-call-record.ts';
import { llmFailure } from './llm-failure.ts';
import { parseGenerated } from './parse-generated.ts';
import { recordCall, type CallFacts } from './record-call.ts';
import { RunnerError } from './runner-error.ts';
import type { HealthResult } from './service-caller.ts';
import { aborted, withRetries } from './with-retries.ts';
import { checkGeneratedFiles, checkWorkspace, type GeneratedFile } from './write-generated-files.ts';

export type LLMClientOptions = {
  model: string;
  /** For one try, its whole answer included; 120 unless given. */
  timeoutSeconds?: number | undefined;
  /** Most tokens of an answer; 8192 unless given. */
  maxTokens?: number | undefined;
  /** Between the beginnings of two requests, tries included; 0 unless given. */
  minRequestIntervalMs?: number | undefined;
  /** `OPENAI_API_KEY` of the environment unless given. */
  apiKey?: string | undefined;
  /** `OPENAI_BASE_URL` of the environment unless given, else OpenAI's; any server that speaks its chat completions. */
  baseUrl?: string | undefined;
  /** Every call is recorded here. */
  tracker?: ServiceCallTracker | undefined;
  /** Gets an `llm_call` for each answer that the provider gave a name; a proxy that saw it too is joined by that name. */
  sink?: RecordSink | undefined;
  clock?: Clock | undefined;
  random?: (() => number) | undefined;
};

export type GeneratedCode = {
  /** Their paths lie inside the workspace; they are not written. */
  files: GeneratedFile[];
  explanation?: string;
  model: string;
  /** null when the provider did not say. */
  tokens_used: number | null;
  duration_ms: number;
};

const service = 'llm';
const instructions = [
  'You change the source code of a repository. Answer with one JSON object and nothing else:',
  '{"files": [{"path": "relative/path", "content": "the whole new content"}], "explanation": "one or two sentences"}.',
  'Paths are relative to the root of the repository, with / between their parts. Name only files that you change or add.',
].join('\n');

/** A key that is given goes to the address that is given, never to one of the environment, which belongs to another. */
function accessOf({ apiKey, baseUrl }: LLMClientOptions): { apiKey: string; baseUrl: string } {
  const env = processEnvironment();
  const key = apiKey ?? env['OPENAI_API_KEY'] ?? '';
  if (key === '') throw new Error('LLMClient: apiKey is needed, or OPENAI_API_KEY in the environment');
  const url = baseUrl ?? (apiKey === undefined ? env['OPENAI_BASE_URL'] : undefined) ?? '';
  return { apiKey: key, baseUrl: url === '' ? 'https://api.openai.com/v1' : url };
}

/** A model behind an API of OpenAI's form, through the official client; tries, pauses and records are ours. */
export class LLMClient implements AsyncDisposable {
  readonly #client: OpenAI;
  readonly #agent: Agent;
  readonly #options: LLMClientOptions;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  #nextAt = 0;

  constructor(options: LLMClientOptions) {
    const { timeoutSeconds = 120, clock = systemClock } = options;
    const { apiKey, baseUrl } = accessOf(options);
    this.#options = options;
    this.#clock = clock;
    this.#timeoutMs = timeoutSeconds * 1_000;
    const agent = new Agent({ keepAliveTimeout: 30_000, bodyTimeout: 0, headersTimeout: 0 });
    this.#agent = agent;
    this.#client = new OpenAI({
      apiKey,
      baseURL: baseUrl,
      maxRetries: 0,
      timeout: this.#timeoutMs,
      organization: null,
      project: null,
      fetch: ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher: agent })) as never,
    });
  }

  /**
   * Asks for files. Throws RunnerError: `INVALID_RESPONSE` when the answer is not what was asked for, `UNSAFE_PATH` when a
   * file lies outside `workspacePath`, else as any call fails. Neither of these two is tried again: it was paid for.
   * Nothing is asked, and it is `REFUSED`, when there is no such workspace.
   */
  async generateCode(
    prompt: string,
    workspacePath: string,
    maxTokens: number = this.#options.maxTokens ?? 8_192,
    signal?: AbortSignal,
  ): Promise<GeneratedCode> {
    const operation = 'generateCode';
    const started = this.#clock.monotonic();
    const facts: CallFacts = { model: this.#options.model };
    const { tracker } = this.#options;
    return recordCall(
      { tracker, clock: this.#clock, service, operation },
      async () => {
        await checkWorkspace(workspacePath, { service, operation });
        const answer = await this.#complete(operation, prompt, maxTokens, facts, signal);
        const parsed = parseGenerated(answer.text);
        if (!parsed.ok) {
          const cutOff = answer.finish === 'length' ? `; it was cut at ${maxTokens} tokens, raise maxTokens` : '';
          throw this.#invalid(operation, `${parsed.problem}${cutOff}`);
        }
        const { files, explanation } = parsed.value;
        await checkGeneratedFiles(workspacePath, files, { service, operation });
        return {
          files,
          ...(explanation === undefined ? {} : { explanation }),
          model: answer.model,
          tokens_used: facts.tokens_used ?? null,
          duration_ms: this.#clock.monotonic() - started,
        };
      },
      () => facts,
    );
  }

  async healthCheck(): Promise<HealthResult> {
    const started = this.#clock.monotonic();
    try {
      await this.#client.models.list({ timeout: 5_000 });
      return { ok: true, latency_ms: this.#clock.monotonic() - started };
    } catch (error) {
      const detail = error instanceof Error ? error.message.slice(0, 300) : String(error);
      return { ok: false, latency_ms: this.#clock.monotonic() - started, detail };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.close();
  }

  #invalid(operation: string, problem: string): RunnerError {
    const facts = { code: 'INVALID_RESPONSE', service, operation, status: 200, retryable: false } as const;
    return new RunnerError(`${service}: ${problem}`, facts);
  }

  /** Waits for this request's turn. */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    const now = this.#clock.monotonic();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + (this.#options.minRequestIntervalMs ?? 0);
    if (at > now) await this.#clock.sleep(at - now, signal);
  }

  async #complete(
    operation: string,
    prompt: string,
    maxTokens: number,
    facts: CallFacts,
    signal: AbortSignal | undefined,
  ): Promise<{ text: string; finish: string; model: string }> {
    const { model, random = Math.random } = this.#options;
    const what = { service, operation };
    return withRetries({ clock: this.#clock, random, signal }, what, async (attempt) => {
      await this.#turn(signal).catch((cause: unknown) => {
        throw aborted(what, cause);
      });
      const record = llmCallRecord({ ...this.#options, clock: this.#clock, attempt, operation: 'chat' });
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), this.#timeoutMs);
      try {
        const { data, request_id } = await this.#client.chat.completions
          .create(
            {
              model,
              max_completion_tokens: maxTokens,
              response_format: { type: 'json_object' },
              messages: [
                { role: 'system', content: instructions },
                { role: 'user', content: prompt },
              ],
            },
            { signal: signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]) },
          )
          .withResponse();
        record.answered(data, request_id);
        facts.request_id = request_id ?? undefined;
        facts.tokens_used = data?.usage?.total_tokens;
        const [choice] = data?.choices ?? [];
        if (typeof choice?.message?.content !== 'string') {
          throw this.#invalid(operation, choice?.message?.refusal ?? 'the answer holds no text');
        }
        return { text: choice.message.content, finish: choice.finish_reason, model: data.model ?? model };
      } catch (error) {
        record.failed(error);
        throw llmFailure(error, what, { late: late.signal.aborted, left: signal?.aborted === true });
      } finally {
        clearTimeout(timer);
      }
    });
  }
}
