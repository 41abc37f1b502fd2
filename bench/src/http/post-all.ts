import { Agent, request } from 'node:http';

export type Post = { path: string; key: string; body: string };

/** One request on a kept connection; the answer's status and body. */
export function send(
  agent: Agent,
  url: string,
  { path, key, body }: Post,
  method: 'POST' | 'GET' = 'POST',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const call = request(`${url}${path}`, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    call.on('error', reject);
    call.end(method === 'POST' ? body : undefined);
  });
}

/** Sends every body with so many clients, each on a connection of its own; answers the seconds it took. */
export async function postAll(url: string, posts: readonly Post[], clients: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  let next = 0;
  const client = async (): Promise<void> => {
    for (let post = posts[next++]; post !== undefined; post = posts[next++]) {
      const { status, text } = await send(agent, url, post);
      if (status !== 202) throw new Error(`${url}${post.path} answered ${status}: ${text.slice(0, 300)}`);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - start) / 1_000;
  agent.destroy();
  return seconds;
}
