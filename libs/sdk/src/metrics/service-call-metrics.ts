import { plainWords } from '@telltale/contracts/plain-words';
import { z } from 'zod';

export type ServiceCategory = 'llm' | 'external';

export type ServiceCallInput = {
  serviceName: string;
  operation: string;
  success: boolean;
  errorMessage?: string | undefined;
  /** By the service's name when it is not given. */
  category?: ServiceCategory | undefined;
  /** `tokens_used`, `model` and whatever else the caller knows. */
  metadata?: Readonly<Record<string, unknown>> | undefined;
} & ({ durationMs: number; durationSeconds?: never } | { durationSeconds: number; durationMs?: never });

const llmWords = [
  'openai',
  'anthropic',
  'cohere',
  'claude',
  'gpt',
  'gemini',
  'mistral',
  'ollama',
  'bedrock',
  'llm',
] as const;

/** Whether a service is a language model, by its name. */
export function categoryOf(serviceName: string): ServiceCategory {
  const name = serviceName.toLowerCase();
  return llmWords.some((word) => name.includes(word)) ? 'llm' : 'external';
}

const json = z.object({
  service_name: z.string(),
  operation: z.string(),
  duration_ms: z.number(),
  duration_seconds: z.number(),
  success: z.boolean(),
  error_message: z.string().nullable(),
  category: z.enum(['llm', 'external']),
  timestamp: z.string(),
  metadata: z.record(z.string(), z.unknown()),
});
export type ServiceCallJson = z.output<typeof json>;

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TypeError('a service call is not JSON; give what toJSON gave', { cause });
  }
}

function readJson(value: unknown): ServiceCallJson {
  const read = json.safeParse(typeof value === 'string' ? parsedJson(value) : value, { error: plainWords });
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join(', ');
  throw new TypeError(`a service call is not as toJSON gave it: ${wrong}`, { cause: read.error });
}

/** What types cannot tell a caller in JavaScript. A duration that nobody knows is not 0: such a call cannot be told. */
function checked(call: ServiceCallInput): { durationMs: number } {
  for (const field of ['serviceName', 'operation'] as const) {
    if (typeof call[field] === 'string' && call[field] !== '') continue;
    throw new TypeError(`${field} of a service call is not a text; name what was called`);
  }
  if (typeof call.success !== 'boolean') throw new TypeError('success of a service call is not true or false');
  const field = call.durationMs === undefined ? 'durationSeconds' : 'durationMs';
  const given = call[field];
  if (typeof given === 'number' && Number.isFinite(given) && given >= 0) {
    return { durationMs: field === 'durationMs' ? given : given * 1_000 };
  }
  throw new TypeError(
    given === undefined
      ? 'a service call has neither durationMs nor durationSeconds; measure how long it took'
      : `${field} of a service call is ${String(given)}; give how long it took, from 0, by performance.now()`,
  );
}

/** One call to a service around the agent. Throws TypeError naming the field when what was given is no call. */
export class ServiceCallMetrics {
  readonly serviceName: string;
  readonly operation: string;
  readonly durationMs: number;
  readonly success: boolean;
  readonly errorMessage: string | null;
  readonly category: ServiceCategory;
  /** UTC ISO 8601, when the call ended. */
  readonly timestamp: string;
  readonly metadata: Readonly<Record<string, unknown>>;

  constructor(call: ServiceCallInput, timestamp: string) {
    const { durationMs } = checked(call);
    this.serviceName = call.serviceName;
    this.operation = call.operation;
    this.durationMs = durationMs;
    this.success = call.success;
    this.errorMessage = call.errorMessage ?? null;
    this.category = call.category ?? categoryOf(call.serviceName);
    this.timestamp = timestamp;
    this.metadata = { ...call.metadata };
  }

  get durationSeconds(): number {
    return this.durationMs / 1_000;
  }

  /** `metadata.tokens_used` when it is a whole number from 0. */
  get tokensUsed(): number | null {
    const tokens = this.metadata['tokens_used'];
    return typeof tokens === 'number' && Number.isSafeInteger(tokens) && tokens >= 0 ? tokens : null;
  }

  /** `metadata.request_id`: the service's own name of the request. */
  get requestId(): string | null {
    const id = this.metadata['request_id'];
    return typeof id === 'string' && id !== '' ? id : null;
  }

  get model(): string | null {
    const model = this.metadata['model'];
    return typeof model === 'string' && model !== '' ? model : null;
  }

  toJSON(): ServiceCallJson {
    return {
      service_name: this.serviceName,
      operation: this.operation,
      duration_ms: this.durationMs,
      duration_seconds: this.durationSeconds,
      success: this.success,
      error_message: this.errorMessage,
      category: this.category,
      timestamp: this.timestamp,
      metadata: this.metadata,
    };
  }

  /** Takes what `toJSON` gave, parsed or as text. Throws TypeError naming the fields when it is something else. */
  static fromJSON(value: unknown): ServiceCallMetrics {
    const call = readJson(value);
    return new ServiceCallMetrics(
      {
        serviceName: call.service_name,
        operation: call.operation,
        durationMs: call.duration_ms,
        success: call.success,
        errorMessage: call.error_message ?? undefined,
        category: call.category,
        metadata: call.metadata,
      },
      call.timestamp,
    );
  }
}
