import { meterFetch } from './meter-fetch.ts';
import type { CallDeps, Fetch } from './metered-call.ts';

const wrapped = new WeakSet<object>();

const objectAt = (value: unknown, name: string): object | undefined => {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === 'object' && found !== null ? found : undefined;
};

/** Replaces the `fetch` of `holder`; a client that has none of its own gets the global one, metered. */
function replaceFetch(holder: object, deps: CallDeps): boolean {
  if (wrapped.has(holder)) return true;
  const own: unknown = Reflect.get(holder, 'fetch');
  // A caller that replaces the global later is still heard.
  const real: Fetch = typeof own === 'function' ? (own as Fetch) : (input, init) => globalThis.fetch(input, init);
  wrapped.add(holder);
  return Reflect.set(holder, 'fetch', meterFetch(real, deps));
}

/** Clients of Anthropic and OpenAI (also Azure's and those of servers that speak like them): one `fetch` for everything. */
export function wrapFetchClient<T extends object>(client: T, deps: CallDeps): T {
  replaceFetch(client, deps);
  return client;
}

/** The client of Google: its `fetch` is an option of its HTTP side. */
export function wrapGoogleClient<T extends object>(client: T, deps: CallDeps): T {
  const options = objectAt(objectAt(client, 'apiClient'), 'clientOptions');
  if (options === undefined) return client;
  const http = objectAt(options, 'httpOptions') ?? {};
  if (objectAt(options, 'httpOptions') === undefined) Reflect.set(options, 'httpOptions', http);
  replaceFetch(http, deps);
  return client;
}
