import { problem, TelltaleError } from '@telltale/contracts/errors';
import { pageHeader } from '@telltale/contracts/http/sign-in';
import type { z } from 'zod';

export type RestClientOptions = {
  /** Of the gateway, such as http://127.0.0.1:4400. */
  url: string;
  /** Left out in our own page: the browser's session counts then. */
  key?: string;
  /** The same, by the name that it has elsewhere. */
  apiKey?: string;
  /** Chooses the team of an operator's key; every other key has its own. */
  team?: string;
  timeoutMs?: number;
  /** Ends what is being asked, as if nobody had answered. */
  signal?: AbortSignal;
  /** Sees each answer as it came, before its shape is checked and fields that are not known here are left out. */
  onAnswer?: (value: unknown) => void;
};

/** Query parameters by name; what is undefined or null is left out. `labels` are filters by label, as an object by name. */
export type Query = Readonly<Record<string, unknown>>;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const text = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

/** Each label is a parameter of its own. */
const parametersOf = (query: Query): [name: string, value: unknown][] =>
  Object.entries(query).flatMap(([name, value]) =>
    name === 'labels' && typeof value === 'object' && value !== null
      ? Object.entries(value).map(([label, its]): [string, unknown] => [`label.${label}`, its])
      : [[name, value] as [string, unknown]],
  );

function addressOf({ url, team }: RestClientOptions, path: string, query: Query): string {
  const address = new URL(`api/v1${path}`, url.endsWith('/') ? url : `${url}/`);
  if (team !== undefined) address.searchParams.set('team_id', team);
  for (const [name, value] of parametersOf(query)) {
    if (value !== undefined && value !== null) address.searchParams.set(name, text(value));
  }
  return address.href;
}

async function refusalOf(response: Response): Promise<TelltaleError> {
  const parsed = problem.safeParse(await response.json().catch(() => undefined));
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? { retryAfter: seconds } : {};
  if (parsed.success) {
    const { code, detail, errors } = parsed.data;
    return new TelltaleError(code, detail, { ...(errors === undefined ? {} : { errors }), ...retryAfter });
  }
  const code = response.status >= 500 ? 'unavailable' : 'invalid_request';
  return new TelltaleError(
    code,
    `${response.url} answered ${response.status} in words that are not the gateway's`,
    retryAfter,
  );
}

/** JSON, or the bytes of what is none. */
async function readAnswer(response: Response): Promise<unknown> {
  const bytes = response.headers.get('content-type')?.startsWith('application/octet-stream') === true;
  return bytes ? new Uint8Array(await response.arrayBuffer()) : response.json().catch(() => undefined);
}

/**
 * Asks the gateway and checks the shape of every answer. Works in Node and in a browser. Throws TelltaleError: the
 * gateway's own code and fields, or `unavailable` when nobody answers, or `internal` when the shape is not known.
 */
export function createRestClient(options: RestClientOptions) {
  const { timeoutMs = 30_000 } = options;
  const key = options.key ?? options.apiKey;

  const call = async <S extends z.ZodType>(
    method: Method,
    path: string,
    answer: S,
    { query = {}, body }: { query?: Query; body?: unknown },
  ): Promise<z.output<S>> => {
    const address = addressOf(options, path, query);
    const headers: Record<string, string> = {
      accept: 'application/json',
      ...(key === undefined ? { [pageHeader]: '1' } : { authorization: `Bearer ${key}` }),
    };
    // A form brings its own type, with its boundary.
    const isForm = body instanceof FormData;
    if (body !== undefined && !isForm) headers['content-type'] = 'application/json';
    const response = await fetch(address, {
      method,
      headers,
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(options.signal ? [options.signal] : [])]),
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new TelltaleError('unavailable', `${options.url} does not answer; is Telltale running there?`, { cause });
    });
    if (!response.ok) throw await refusalOf(response);
    const value = response.status === 204 ? undefined : await readAnswer(response);
    options.onAnswer?.(value);
    const parsed = answer.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`;
    throw new TelltaleError(
      'internal',
      `${method} ${path} answered in an unknown shape (${where}); is it another version?`,
    );
  };

  return {
    get: <S extends z.ZodType>(path: string, answer: S, query: Query = {}) => call('GET', path, answer, { query }),
    post: <S extends z.ZodType>(path: string, answer: S, body: unknown, query: Query = {}) =>
      call('POST', path, answer, { query, body }),
    put: <S extends z.ZodType>(path: string, answer: S, body: unknown) => call('PUT', path, answer, { body }),
    delete: <S extends z.ZodType>(path: string, answer: S, query: Query = {}) =>
      call('DELETE', path, answer, { query }),
  };
}
export type RestClient = ReturnType<typeof createRestClient>;

/** One segment of a path: ids may hold anything. */
export const segment = (id: string): string => encodeURIComponent(id);
