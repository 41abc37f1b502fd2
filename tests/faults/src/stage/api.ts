export type Api = ReturnType<typeof createApi>;

/** The product's REST API, asked as anybody would, with a team's key. */
export function createApi({ url, key }: { url: string; key: string }) {
  const headers = { authorization: `Bearer ${key}` };
  return {
    url,
    key,
    /** The answer's JSON; throws on any other status than 200. */
    async get<T>(path: string): Promise<T> {
      const response = await fetch(`${url}/api/v1${path}`, { headers, signal: AbortSignal.timeout(10_000) });
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    /** Status and text of the answer; throws when there is none within 15 s. */
    async post(path: string, body: string | Buffer): Promise<{ status: number; text: string; retryAfterMs: number }> {
      const response = await fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(15_000),
      });
      const retryAfterMs = Number(response.headers.get('retry-after') ?? 0) * 1_000;
      return { status: response.status, text: await response.text(), retryAfterMs };
    },
  };
}
