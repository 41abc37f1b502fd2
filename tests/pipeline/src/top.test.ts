import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInTerminal } from './in-terminal.ts';
import { repositoryRoot, startProduct, type Product } from './start-product.ts';
import { watchCommand } from './watch-command.ts';

let product: Product;
let command: ReturnType<typeof watchCommand>;
beforeAll(async () => {
  product = await startProduct();
  command = watchCommand(product, 'builder');
  const call = aRecord('llm_call', { agent_id: 'thinker', model: 'm', input_tokens: 700, output_tokens: 50 });
  await product.post('/telemetry?wait=stored', { records: [call] });
});
afterAll(async () => {
  await command?.[Symbol.asyncDispose]();
  await product?.[Symbol.asyncDispose]();
});

const patience = { timeoutMs: 40_000 };

test('top shows the fleet live in a terminal, sorts it, stops a run after a question, and gives the terminal back', async () => {
  const cli = join(repositoryRoot, 'apps/cli/src/main.ts');
  const env = { ...product.env, TELLTALE_URL: product.url, TELLTALE_API_KEY: product.key };
  await using terminal = runInTerminal([process.execPath, cli, 'top'], { env, cwd: product.env.HOME });
  /** What stands on the screen: the last time it was drawn. */
  const screen = (): string => terminal.text().slice(terminal.text().lastIndexOf('team default'));
  const shows = async (text: string | RegExp, what: string): Promise<void> => {
    const isThere = (): boolean => (typeof text === 'string' ? screen().includes(text) : text.test(screen()));
    await until(isThere, { ...patience, what }).catch((cause: unknown) => {
      throw new Error(`${what} is missing on\n${screen()}`, { cause });
    });
  };

  await shows('builder', 'the watched agent');
  await shows('thinker', 'the other agent');
  await shows(/· live/, 'the feed');
  expect(screen()).toContain('CPU▼');

  command.say('hello from the terminal');
  await shows(/builder .*hello from the terminal/, 'the line that was just written');
  command.say('burn');
  await shows(/builder +\S+ +\d{2,3}\.\d%/, 'the CPU it takes');
  command.say('rest');

  terminal.type('t');
  await shows('TOKENS▼', 'the order by tokens');
  await until(() => screen().indexOf('thinker') < screen().indexOf('builder'), { ...patience, what: 'thinker first' });
  terminal.type('t');
  await shows('TOKENS▲', 'the other way round');
  terminal.type('/');
  await shows('find:', 'the search');
  terminal.type('buil');
  await shows('find: buil', 'what is typed');
  terminal.type('\r');
  await shows('showing only “buil”', 'the search');
  await until(() => !screen().includes('thinker'), { ...patience, what: 'the one agent that fits' });

  terminal.type('x');
  await shows('Stop the run of builder?', 'the question');
  terminal.type('n');
  await until(() => !screen().includes('Stop the run'), { ...patience, what: 'the answer no' });
  terminal.type('x');
  await shows('Stop the run of builder?', 'the question again');
  terminal.type('y');
  await shows('1 run of builder asked to stop', 'the answer');
  const run = async (): Promise<{ end_reason: string | null } | undefined> =>
    (await product.get<{ runs: { end_reason: string | null }[] }>('/runs?agent_id=builder')).runs[0];
  await until(async () => (await run())?.end_reason === 'cancelled', { ...patience, what: 'the end of the run' });
  terminal.type('j');
  await shows('showing only “buil”', 'the keys and the search again');

  terminal.type('q');
  expect(await terminal.ended).toBe(0);
  // The screen before it is there again, and the cursor can be seen.
  expect(terminal.written()).toContain('\u001b[?1049l');
  expect(terminal.written()).toContain('\u001b[?25h');
}, 120_000);

test('without a terminal top says what to use instead', async () => {
  const cli = join(repositoryRoot, 'apps/cli/src/main.ts');
  const said = await new Promise<{ code: unknown; text: string }>((done) => {
    execFile(process.execPath, [cli, 'top'], { env: product.env }, (error, _out, text) =>
      done({ code: error?.code, text }),
    );
  });
  expect(said).toMatchObject({ code: 2, text: expect.stringContaining('telltale agents list') });
});
