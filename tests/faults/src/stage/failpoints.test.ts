import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const services = ['gateway', 'collector', 'aggregator'];

/** Starts a service as a person would by mistake and says how it ended. */
function start(service: string, env: Record<string, string>): Promise<{ code: number | null; text: string }> {
  const main = fileURLToPath(new URL(`../../../../services/${service}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      TELLTALE_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      TELLTALE_REDIS_URL: 'redis://127.0.0.1:1',
      TELLTALE_KEY_SECRET: 'a-secret-of-more-than-thirty-two-characters',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })));
}

test('no service starts with failpoints outside tests: one that did could lose what it was told to', async () => {
  const env = { NODE_ENV: 'production', TELLTALE_FAILPOINTS: 'collector.after_commit=kill' };
  const ends = await Promise.all(services.map((service) => start(service, env)));
  for (const { code, text } of ends) {
    expect(text).toContain('TELLTALE_FAILPOINTS: is for tests, with NODE_ENV=test');
    expect(code).toBe(1);
  }
});
