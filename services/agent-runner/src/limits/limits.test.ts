import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeRunCgroup } from '../tree/run-cgroup.ts';
import { startProvider } from '@telltale/testkit/fake-provider';
import { answers } from '@telltale/testkit/provider-answers';
import { bash, node, ofKind, plainEnvironment, watchCommand, type Watched } from '../test-support/watch-command.ts';

const MiB = 1024 * 1024;
const events = ({ records }: Watched) =>
  ofKind(records, 'run_event').map(({ event, limit, step, reason }) =>
    [event, limit, step, reason].filter((word) => word !== undefined).join(' '),
  );

describe('a limit ends the run with its own reason and 124', () => {
  test.each([
    ['timeout', { timeout: 500 }, bash('sleep 60')],
    ['idle', { idle: 400 }, bash('echo a; sleep 0.2; echo b; sleep 60')],
    ['cpu', { cpu: 400 }, bash('while :; do :; done')],
    ['memory', { memory: 120 * MiB }, node('const kept = []; setInterval(() => kept.push(Buffer.alloc(8e6, 1)), 20)')],
    ['processes', { processes: 5 }, bash('for i in 1 2 3 4 5 6 7 8; do sleep 60 & sleep 0.05; done; wait')],
    ['output', { output: 100_000 }, bash('yes $(head -c 2000 /dev/zero | tr "\\0" x)')],
  ] as const)('%s', async (reason, limits, argv) => {
    const watched = await watchCommand(argv, { limits, graceMs: 500 });
    expect(watched.result).toMatchObject({ endReason: reason, exitCode: 124, survivors: 0 });
    const said = events(watched);
    expect(said[0]).toBe('started');
    expect(said.at(-1)).toBe(`ended ${reason}`);
    expect(said).toContain(`limit ${reason} ${reason}`);
    expect(said).toContain(`step ${reason} term ${reason}`);
    expect(ofKind(watched.records, 'run_event').find(({ event }) => event === 'limit')?.cap).toBe(
      Object.values(limits)[0],
    );
  });

  test('a program that stays below is warned of and ends as always', async () => {
    const watched = await watchCommand(bash('head -c 90 /dev/zero | tr "\\0" x; exit 3'), { limits: { output: 100 } });
    expect(watched.result).toMatchObject({ endReason: 'failed', exitCode: 3 });
    expect(events(watched)).toContain('limit output warn');
    const [started] = ofKind(watched.records, 'run_event');
    expect(started?.evidence).toEqual({ limits: { output: 100 } });
  });

  test('activity puts the idle limit off', async () => {
    // Far less between two lines than the limit, and more than the limit in all, also on a busy machine.
    const { result } = await watchCommand(bash('for i in $(seq 20); do echo $i; sleep 0.2; done'), {
      limits: { idle: 3_000 },
    });
    expect(result.endReason).toBe('completed');
  });
});

describe('tokens and money', () => {
  /** A program that makes calls until it is refused, and says how often it was answered. */
  const caller = (asked: object, calls = 20, wait = '') =>
    node(`
      let answered = 0;
      for (let turn = 0; turn < ${calls}; turn += 1) {
        const answer = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', body: ${JSON.stringify(JSON.stringify(asked))} });
        const text = await answer.text();
        if (answer.headers.get('telltale-limits')) console.log('told ' + answer.headers.get('telltale-limits'));
        if (answer.status === 402) { console.log('refused ' + answer.headers.get('x-should-retry') + ' ' + JSON.parse(text).error.type); break; }
        answered += 1;
      }
      console.log('answered ' + answered);
      ${wait}
    `);
  const request = {
    model: 'claude-sonnet-4-5',
    max_tokens: 50,
    messages: [{ role: 'user', content: 'x'.repeat(200) }],
  };
  const usage = (input: number, output: number) =>
    Buffer.from(
      JSON.stringify({
        type: 'message',
        id: 'msg',
        model: 'claude-sonnet-4-5',
        stop_reason: 'end_turn',
        usage: { input_tokens: input, output_tokens: output },
      }),
    );
  const provide = (body: Buffer) => startProvider((_asked, response) => void response.end(body));
  const lines = ({ stdout }: Watched): string[] => stdout.toString().trim().split('\n');

  test('a call that does not fit is refused, the program may finish, and the run ended by its limit', async () => {
    await using provider = await provide(usage(100, 50));
    const env = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
    const watched = await watchCommand(caller(request), { env, limits: { tokens: 1_000 } });
    expect(lines(watched)).toEqual(['told tokens;used=90%', 'refused false budget_exceeded', 'answered 6']);
    expect(provider.requests).toHaveLength(6);
    expect(watched.result).toMatchObject({ endReason: 'tokens', exitCode: 124 });
    expect(events(watched)).toEqual([
      'started',
      'limit tokens warn',
      'limit tokens tokens',
      'step tokens tell limit',
      'ended tokens',
    ]);
    const calls = ofKind(watched.records, 'llm_call');
    expect(calls.filter(({ status }) => status === 'ok')).toHaveLength(6);
    expect(calls.at(-1)).toMatchObject({ status: 'error', error_type: 'budget_exceeded' });
  });

  test('money is exact, and parallel calls do not go over the limit', async () => {
    // $3 and $15 a million: 300 + 750 millionths of a dollar a call.
    await using provider = await provide(usage(100, 50));
    const env = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
    const parallel = node(`
      const ask = async () => (await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', body: ${JSON.stringify(JSON.stringify(request))} })).status;
      const statuses = await Promise.all(Array.from({ length: 200 }, ask));
      console.log(statuses.filter((status) => status === 200).length + ' ' + statuses.filter((status) => status === 402).length);
    `);
    const watched = await watchCommand(parallel, { env, limits: { usd: 0.0107 } });
    const [answered = 0, refused = 0] = lines(watched)[0]?.split(' ').map(Number) ?? [];
    expect(answered + refused).toBe(200);
    expect(answered).toBe(10);
    expect(watched.result).toMatchObject({ endReason: 'budget', exitCode: 124 });
  });

  test('a model without a price is no reason to end a run, and it is said', async () => {
    await using provider = await provide(
      Buffer.from(usage(100, 50).toString().replaceAll('claude-sonnet-4-5', 'nobody-sells-this')),
    );
    const env = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
    const watched = await watchCommand(caller({ ...request, model: 'nobody-sells-this' }, 4), {
      env,
      limits: { usd: 0.0001 },
    });
    expect(lines(watched)).toEqual(['answered 4']);
    expect(watched.result.endReason).toBe('completed');
    const warnings = ofKind(watched.records, 'log_entry').filter(({ source }) => source === 'system');
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('no known price')]);
    expect(watched.result.warnings).toEqual([expect.stringContaining('no known price')]);
  });

  test('what is only told on stdout counts too', async () => {
    const script = 'for i in 1 2 3; do echo "Token usage: 400 input, 100 output"; done; sleep 60';
    const { result } = await watchCommand(bash(script), { limits: { tokens: 1_200 }, graceMs: 300, handBackMs: 200 });
    expect(result).toMatchObject({ endReason: 'tokens', exitCode: 124 });
  });

  test('a call that is open is no idleness', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'open-call-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const asked = join(folder, 'asked');
    await using provider = await startProvider(async (_asked, response) => {
      response.write(answers.anthropicStream.body.subarray(0, 50));
      writeFileSync(asked, '');
      setTimeout(() => response.end(answers.anthropicStream.body.subarray(50)), 4_500);
    });
    const env = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
    // It prints until its call is open, however long it takes to start: from then on there is that call alone.
    const printing = `until [ -e ${asked} ]; do echo starting; sleep 0.1; done & exec "$@"`;
    const program = ['sh', '-c', printing, 'sh', ...caller(request, 1)];
    const { result } = await watchCommand(program, { env, proxy: 'on', limits: { idle: 3_000 } });
    expect(result.endReason).toBe('completed');
  });
});

describe('where the system lets a run have a control group', () => {
  const probe = makeRunCgroup('probe');
  const exact = probe?.exact;
  probe?.[Symbol.dispose]();

  test('what leaves its parents, its session and its environment behind is still found and ended', async () => {
    // Without a control group a process that did all three between two looks is out of sight.
    const folder = mkdtempSync(join(tmpdir(), 'daemons-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    const daemon = (up: string): string =>
      `(env -i setsid bash -c '(sleep 300 &) ; : > "$0"; exec sleep 301' ${up} >/dev/null 2>&1 &)`;
    const bothUp = `until [ -e ${one} ] && [ -e ${two} ]; do sleep 0.05; done; sleep 0.3`;
    const { result, records } = await watchCommand(bash(`${daemon(one)}; ${daemon(two)}; ${bothUp}`));
    expect(result).toMatchObject({ endReason: 'completed', exitCode: 0, survivors: 0 });
    if (exact?.members === true) expect(result.leftRunning).toBeGreaterThanOrEqual(4);
    const steps = ofKind(records, 'run_event').filter(({ event }) => event === 'step');
    expect(steps[0]).toMatchObject({ step: 'term', reason: 'orphaned' });
  });

  test('a kill for want of memory is the kernel’s own word, not guessed from 137', async () => {
    const guessed = await watchCommand(bash('kill -KILL $$'), { limits: { memory: 400 * MiB } });
    expect(guessed.result.endReason).toBe('killed');
    const hog = await watchCommand(node('const kept = []; for (;;) kept.push(Buffer.alloc(32e6, 1))'), {
      limits: { memory: 300 * MiB },
      graceMs: 500,
    });
    expect(hog.result).toMatchObject({ endReason: 'memory', survivors: 0 });
    // Whoever looks at the run later sees that it had what ended it.
    const peak = Math.max(...ofKind(hog.records, 'process_sample').map(({ memory_bytes }) => memory_bytes));
    expect(peak).toBeGreaterThanOrEqual(300 * MiB);
    if (exact?.memory !== true) return;
    using cgroup = makeRunCgroup('hog');
    cgroup?.hold({ memoryBytes: 100 * MiB });
    const child = cgroup?.inside(() => spawn('bash', ['-c', 'x=$(head -c 400000000 /dev/zero | tr "\\0" x)']));
    const [, signal] = (child === undefined ? [] : await once(child, 'exit')) as [number, string];
    expect(signal).toBe('SIGKILL');
    expect(cgroup?.outOfMemoryKills()).toBeGreaterThan(0);
  });
});

test('orphans are left where that is wanted', async () => {
  const { result, stdout } = await watchCommand(bash('setsid sleep 30 >/dev/null 2>&1 & echo $!'), {
    keepOrphans: true,
  });
  expect(result).toMatchObject({ endReason: 'completed', leftRunning: 1, survivors: 1 });
  const pid = Number(stdout.toString().trim());
  process.kill(pid, 'SIGKILL');
});
