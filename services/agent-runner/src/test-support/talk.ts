import { request, type IncomingHttpHeaders } from 'node:http';

export type Talk = { status: number; headers: IncomingHttpHeaders; raw: string[]; body: Buffer; whole: boolean };

/** Asks an HTTP server and hands back every byte as it came over the wire, also of an answer that was cut. */
export function talk(
  url: string,
  { method = 'POST', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: Buffer } = {},
): Promise<Talk> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let done = false;
      const end = (whole: boolean): void => {
        if (done) return;
        done = true;
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          raw: answer.rawHeaders,
          body: Buffer.concat(chunks),
          whole,
        });
      };
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('end', () => end(true));
      answer.once('error', () => end(false));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}
