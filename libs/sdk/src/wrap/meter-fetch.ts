import { meterCall, type CallDeps, type Fetch, type MeteredCall } from './metered-call.ts';

const isAbort = (error: unknown): boolean => error instanceof Error && /^(?:Abort|Timeout)Error$/.test(error.name);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The same answer, its body looked at on the way: no byte is changed, held back or read ahead of its reader. */
function watched(response: Response, call: MeteredCall, { open }: CallDeps): Response {
  const { body } = response;
  if (body === null) {
    call.end({ how: 'whole' });
    return response;
  }
  const reader = body.getReader();
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            call.end({ how: 'whole' });
            controller.close();
            return;
          }
          call.bytes(value);
          controller.enqueue(value);
        } catch (error) {
          call.end({ how: isAbort(error) ? 'client_left' : 'cut' });
          throw error;
        }
      },
      async cancel(reason) {
        call.end({ how: 'client_left' });
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  open.readFrom(stream, call);
  const { status, statusText, headers, url, redirected, type } = response;
  const seen = new Response(stream, { status, statusText, headers });
  for (const [name, value] of Object.entries({ url, redirected, type })) Object.defineProperty(seen, name, { value });
  return seen;
}

/** A client's `fetch` that records each request to a model, also each retry. What it answers or throws is passed on. */
export function meterFetch(fetch: Fetch, deps: CallDeps): Fetch {
  const begin = (...request: Parameters<Fetch>): MeteredCall | null => {
    try {
      return meterCall(request[0], request[1], deps);
    } catch {
      // Fail open: a request that cannot be described is sent all the same.
      return null;
    }
  };
  return async (input, init) => {
    const call = begin(input, init);
    if (call === null) return fetch(input, init);
    let response: Response;
    try {
      response = await fetch(input, init);
    } catch (error) {
      call.end(isAbort(error) ? { how: 'client_left' } : { how: 'unreachable', message: messageOf(error) });
      throw error;
    }
    call.answered(response);
    return watched(response, call, deps);
  };
}
