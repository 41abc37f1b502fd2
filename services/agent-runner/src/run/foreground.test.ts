import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bash, ofKind, plainEnvironment } from '../test-support/watch-command.ts';
import { isStopped } from './is-stopped.ts';
import type { RunResult } from './run-result.ts';

const runner = fileURLToPath(new URL('../test-support/foreground-runner.ts', import.meta.url));
let folder: string;
let runs = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foreground-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A process that stands for its command, as `telltale run` does. */
function startForeground(argv: readonly string[], wrap: (argv: string[]) => string[] = (plain) => plain) {
  runs += 1;
  const file = join(folder, `${runs}.json`);
  const [program = '', ...args] = wrap([process.execPath, runner, file, ...argv]);
  const child: ChildProcessWithoutNullStreams = spawn(program, args, { env: plainEnvironment });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const closed = once(child, 'close');
  return {
    child,
    stdout: () => Buffer.concat(out).toString('utf8'),
    stderr: () => Buffer.concat(err).toString('utf8'),
    /** What was recorded until now. */
    records: () =>
      readFileSync(`${file}.live`, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as RecordDraft),
    async end() {
      const [code, signal] = (await closed) as [number | null, NodeJS.Signals | null];
      const said = JSON.parse(readFileSync(file, 'utf8')) as { result: RunResult; records: RecordDraft[] };
      return { code, signal, ...said };
    },
  };
}

describe('without a terminal', () => {
  test('stdin, stdout, stderr and the exit code are those of the program', async () => {
    const run = startForeground(bash('cat; echo to-err >&2; exit 7'));
    run.child.stdin.end('through\u0000and through');
    const { code, records } = await run.end();
    expect(code).toBe(7);
    expect(run.stdout()).toBe('through\u0000and through');
    expect(run.stderr()).toBe('to-err\n');
    const logs = ofKind(records, 'log_entry').map(({ source, message }) => `${source} ${message}`);
    expect(new Set(logs)).toEqual(new Set(['stdout through\uFFFDand through', 'stderr to-err']));
  });

  test.each(['SIGINT', 'SIGUSR1'] as const)('%s reaches the program, which answers it', async (signal) => {
    const name = signal.slice(3);
    const run = startForeground(
      bash(`trap 'echo got ${name}; exit 9' ${name}; echo ready; while :; do sleep 0.05; done`),
    );
    await until(() => run.stdout().includes('ready'));
    run.child.kill(signal);
    const { code } = await run.end();
    expect(run.stdout()).toContain(`got ${name}`);
    expect(code).toBe(9);
  });

  test('a program that a signal ends is told as 128 + n', async () => {
    const run = startForeground(bash('echo ready; sleep 60'));
    await until(() => run.stdout().includes('ready'));
    run.child.kill('SIGTERM');
    const { code, result } = await run.end();
    expect(code).toBe(143);
    expect(result).toMatchObject({ endReason: 'killed', signal: 'SIGTERM', leftRunning: 0 });
  });

  test('a program that stands still is let go on to hear that it is to end', async () => {
    const run = startForeground(bash(`trap 'echo heard; exit 5' TERM; echo ready $$; kill -STOP $$; sleep 60`));
    await until(() => /ready (\d+)/.test(run.stdout()));
    const pid = Number(/ready (\d+)/.exec(run.stdout())?.[1]);
    await until(() => isStopped(pid));
    run.child.kill('SIGTERM');
    const { code } = await run.end();
    expect([run.stdout(), code]).toEqual([`ready ${pid}\nheard\n`, 5]);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s ends the wait for memory, and nothing is started', async (signal, code) => {
    const run = startForeground(bash('echo started'), (argv) => ['env', 'TELLTALE_MIN_FREE_MEMORY=100000GiB', ...argv]);
    await until(() => run.stderr().includes('the command waits'));
    run.child.kill(signal);
    expect(await run.end()).toMatchObject({ code, result: { pid: null } });
    expect(run.stdout()).toBe('');
  });

  test('output is not held back until the program ends', async () => {
    const run = startForeground(bash('printf now; read -r line; read -ra f < /proc/$$/stat; echo " $line $$ ${f[5]}"'));
    await until(() => run.stdout() === 'now');
    run.child.stdin.end('later\n');
    await run.end();
    const [words, pid, session] = /^now later (\d+) +(\d+)\n$/.exec(run.stdout()) ?? [];
    expect(words).toBeDefined();
    // The program leads a session of its own.
    expect(session).toBe(pid);
  });
});

describe('in a terminal', () => {
  const quoted = (argv: readonly string[]) => argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  /** `script` gives its command a terminal of its own. */
  const inTerminal = (argv: string[]): string[] => ['script', '-qefc', `exec ${quoted(argv)}`, '/dev/null'];

  test('the program has the terminal and its foreground group, and its output is not captured', async () => {
    const probe =
      'test -t 0 && test -t 1 && test -t 2 && echo terminal; read -ra f < /proc/$$/stat; echo ${f[4]} ${f[7]}; exit 3';
    const run = startForeground(bash(probe), inTerminal);
    const { code, result, records } = await run.end();
    expect(code).toBe(3);
    const [word, group, foreground] = run.stdout().trim().split(/\s+/);
    expect(word).toBe('terminal');
    expect(group).toBe(foreground);
    expect(result.lines).toBe(0);
    expect(ofKind(records, 'run_event')[0]?.attributes).toEqual({ output_capture: 'not captured' });
  });

  test('Ctrl-C is the program’s to answer', async () => {
    const run = startForeground(
      bash(`trap 'echo caught; exit 4' INT; echo ready; while :; do sleep 0.05; done`),
      inTerminal,
    );
    await until(() => run.stdout().includes('ready'));
    run.child.stdin.write('\u0003');
    const { code } = await run.end();
    expect(run.stdout()).toContain('caught');
    expect(code).toBe(4);
  });

  test('the tree is watched although it shares the session', async () => {
    const run = startForeground(bash('sleep 600 & sleep 600 & read -r line'), inTerminal);
    const mostOf = (records: RecordDraft[]): number =>
      Math.max(...ofKind(records, 'process_sample').map(({ processes }) => processes));
    await until(() => mostOf(run.records()) >= 3, { what: 'a sample of all of it' });
    run.child.stdin.write('\n');
    const { records } = await run.end();
    expect(mostOf(records)).toBe(3);
  });
});
