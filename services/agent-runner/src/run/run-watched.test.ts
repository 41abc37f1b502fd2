import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { bash, node, ofKind, plainEnvironment, watchCommand } from '../test-support/watch-command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-watched-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const endOf = (records: Parameters<typeof ofKind>[0]) =>
  ofKind(records, 'run_event').find(({ event }) => event === 'ended');

describe('start and end', () => {
  test('a run begins with its start and ends with its end, with the program’s exit code', async () => {
    const { result, records } = await watchCommand(bash('echo hello; sleep 0.5; exit 3'));
    expect(result).toMatchObject({ exitCode: 3, endReason: 'failed', signal: null });
    expect(records[0]).toMatchObject({
      kind: 'run_event',
      event: 'started',
      pid: result.pid,
      attributes: { output_capture: 'captured' },
    });
    expect(records.at(-1)).toMatchObject({ kind: 'run_event', event: 'ended', exit_code: 3, reason: 'failed' });
    expect(new Set(records.map(({ run_id }) => run_id)).size).toBe(1);
    expect(ofKind(records, 'process_sample').length).toBeGreaterThan(0);
  });

  test('it began before the program did, and took as long as the program at least', async () => {
    const { result, records, stdout } = await watchCommand(['sh', '-c', 'date +%s%3N; sleep 0.3; date +%s%3N']);
    const [began = 0, ended = 0] = stdout.toString().trim().split('\n').map(Number);
    expect(Date.parse(records[0]?.at ?? '')).toBeLessThanOrEqual(began);
    expect(result.durationMs).toBeGreaterThanOrEqual(ended - began);
  });

  test.each([
    ['exit 0', 'completed', 0, null],
    ['kill -SEGV $$', 'failed', 139, 'SIGSEGV'],
    ['kill -KILL $$', 'killed', 137, 'SIGKILL'],
    ['kill -TERM $$', 'killed', 143, 'SIGTERM'],
  ] as const)('%s ends as %s', async (script, reason, exitCode, signal) => {
    const { result, records } = await watchCommand(bash(script));
    expect(result).toMatchObject({ endReason: reason, exitCode, signal });
    const end = endOf(records);
    expect(end?.signal).toBe(signal ?? undefined);
    expect(end?.exit_code).toBe(signal === null ? exitCode : undefined);
  });

  test('a program that is not there is 127, one that cannot be run is 126, as with env(1)', async () => {
    const plain = join(folder, 'plain.txt');
    writeFileSync(plain, 'no program', { mode: 0o644 });
    const missing = await watchCommand(['no-such-program-here']);
    expect(missing.result).toMatchObject({ exitCode: 127, endReason: 'failed', pid: null });
    expect(missing.result.startError).toBe('no-such-program-here: No such file or directory');
    expect((await watchCommand([plain])).result.exitCode).toBe(126);
    expect((await watchCommand([folder])).result.exitCode).toBe(126);
    expect((await watchCommand(['true'], { cwd: join(folder, 'nowhere') })).result.exitCode).toBe(125);
    expect(missing.records.map((record) => (record.kind === 'run_event' ? record.event : record.kind))).toEqual([
      'started',
      'log_entry',
      'ended',
    ]);
    expect(missing.records[1]).toMatchObject({ source: 'system', level: 'error' });
  });

  test('a script without a first line is run by sh, as execvp does it', async () => {
    const script = join(folder, 'bare');
    writeFileSync(script, 'echo bare $1\n', { mode: 0o755 });
    expect((await watchCommand([script, 'x'])).stdout.toString()).toBe('bare x\n');
  });

  test('arguments reach the program as they are', async () => {
    const hostile = ['; touch canary', '$(touch canary)', '`id`', '| cat', '--', '-x', "it's", 'a b', '', '*'];
    const { stdout } = await watchCommand(
      [process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...hostile],
      { cwd: folder },
    );
    expect(JSON.parse(stdout.toString())).toEqual(hostile);
    expect(readdirSync(folder)).not.toContain('canary');
  });

  test('a task goes from RUNNING to its end', async () => {
    const statuses = async (script: string) => {
      const { records } = await watchCommand(bash(script), {
        identity: { agent_id: 'a', run_id: 'r', task_id: 't' },
        attempt: 2,
      });
      return ofKind(records, 'task_event').map(({ status, attempt, error_message }) => [
        status,
        attempt,
        error_message,
      ]);
    };
    expect(await statuses('exit 0')).toEqual([
      ['RUNNING', 2, undefined],
      ['COMPLETED', 2, undefined],
    ]);
    expect(await statuses('exit 4')).toEqual([
      ['RUNNING', 2, undefined],
      ['FAILED', 2, 'the program exited with code 4'],
    ]);
  });
});

describe('the environment of the program', () => {
  const env = {
    ...plainEnvironment,
    OTEL_RESOURCE_ATTRIBUTES: 'a=b',
    TELLTALE_API_KEY: 'tt_secret',
    TELLTALE_KEY_SECRET: 'pepper',
    TELLTALE_DATABASE_URL_FILE: '/run/secrets/database',
    TELLTALE_REDIS_URL: 'redis://h',
    TELLTALE_SESSION_ID: 'outer',
  };
  const variables = async (identity: { agent_id: string; run_id: string; session_id?: string }) => {
    const { stdout } = await watchCommand(['env'], { env, identity });
    return new Map(
      stdout
        .toString()
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  };

  test('says who it is, adds to the resource attributes, holds the person’s key and no secret of the services', async () => {
    const seen = await variables({ agent_id: 'the builder', run_id: 'r1', session_id: 's,1' });
    expect(seen.get('TELLTALE_RUN_ID')).toBe('r1');
    expect(seen.get('TELLTALE_AGENT_ID')).toBe('the builder');
    expect(seen.get('TELLTALE_SESSION_ID')).toBe('s,1');
    expect(seen.get('OTEL_RESOURCE_ATTRIBUTES')).toBe(
      'a=b,telltale.run_id=r1,telltale.agent_id=the%20builder,telltale.session_id=s%2C1',
    );
    expect(seen.get('TELLTALE_API_KEY')).toBe('tt_secret');
    expect([...seen.keys()].filter((name) => /KEY_SECRET|DATABASE|REDIS/.test(name))).toEqual([]);
  });

  test('does not carry the session of an outer run', async () => {
    expect((await variables({ agent_id: 'a', run_id: 'r2' })).has('TELLTALE_SESSION_ID')).toBe(false);
  });
});

describe('output', () => {
  test('passes through byte for byte, also when it is no text', async () => {
    const file = join(folder, 'noise');
    const noise = randomBytes(3_000_000);
    writeFileSync(file, noise);
    const { stdout, stderr, result, records } = await watchCommand(bash(`cat ${file}; cat ${file} >&2`));
    expect(stdout.equals(noise)).toBe(true);
    expect(stderr.equals(noise)).toBe(true);
    expect(result.outputBytes).toBe(6_000_000);
    expect(ofKind(records, 'log_entry').length).toBe(result.lines);
  });

  test('10,000 lines are 10,000 entries in order', async () => {
    const { records } = await watchCommand(bash('for ((i = 1; i <= 10000; i++)); do echo "line $i"; done'));
    const logs = ofKind(records, 'log_entry');
    expect(logs.map(({ message }) => message)).toEqual(Array.from({ length: 10_000 }, (_, at) => `line ${at + 1}`));
    expect(logs.map(({ line }) => line)).toEqual(logs.map((_, at) => at + 1));
  });

  test('a line of a megabyte keeps its head, a split character stays whole, a last line needs no end', async () => {
    const script = `
      head -c 1000000 /dev/zero | tr '\\0' x; echo
      printf '\\xc3'; sleep 0.05; printf '\\xa9t\\xc3\\xa9\\n'
      printf '\\e[31mERROR\\e[0m red\\r\\n'
      printf 'no end'`;
    const control = await watchCommand(bash("head -c 100000 /dev/zero | tr '\\0' '\\1'"));
    const { records } = await watchCommand(bash(script));
    const [long, split, red, last] = ofKind(records, 'log_entry');
    expect(JSON.stringify(control.records).length).toBeLessThan(256 * 1024);
    expect(long?.message).toBe('x'.repeat(64 * 1024));
    expect(long?.attributes).toEqual({ dropped_bytes: 1_000_000 - 64 * 1024 });
    expect(split?.message).toBe('été');
    expect(red).toMatchObject({ level: 'error', message: '\u001b[31mERROR\u001b[0m red' });
    expect(last?.message).toBe('no end');
  });

  test('/dev/stdout and /dev/stderr can be opened', async () => {
    const { stdout, stderr, result } = await watchCommand(
      bash('echo out > /dev/stdout; echo err > /dev/stderr; echo a | tee /dev/stderr'),
    );
    expect(result.exitCode).toBe(0);
    expect(stdout.toString()).toBe('out\na\n');
    expect(stderr.toString()).toBe('err\na\n');
  });

  test('a program that closes its output early is watched to its end', async () => {
    const { result, stderr } = await watchCommand(bash('exec 1>&-; sleep 0.2; echo late >&2; exit 5'));
    expect(result.exitCode).toBe(5);
    expect(stderr.toString()).toBe('late\n');
  });

  test('a slow reader loses nothing', async () => {
    const chunks: Buffer[] = [];
    const slow = {
      async write(chunk: Buffer) {
        await systemClock.sleep(1);
        chunks.push(Buffer.from(chunk));
      },
    };
    const streams = { stdin: 'ignore', stdout: slow, stderr: null, terminal: false } as const;
    const { result } = await watchCommand(node('process.stdout.write("y".repeat(4e6))'), { streams });
    expect(Buffer.concat(chunks).length).toBe(4_000_000);
    expect(result.exitCode).toBe(0);
  });

  test('a reader that went away ends the program as a closed pipe does', async () => {
    const gone = { write: () => Promise.reject(Object.assign(new Error('nobody reads'), { code: 'EPIPE' })) };
    const streams = { stdin: 'ignore', stdout: gone, stderr: null, terminal: false } as const;
    const { result } = await watchCommand(['yes'], { streams });
    expect(result).toMatchObject({ signal: 'SIGPIPE', exitCode: 141, endReason: 'failed' });
  });

  test('a child that keeps the pipe open does not keep the run open', async () => {
    const { result, stdout } = await watchCommand(bash('setsid sleep 120 & echo done; exit 0'));
    expect(stdout.toString()).toBe('done\n');
    expect(result.durationMs).toBeLessThan(60_000);
    expect(result).toMatchObject({ endReason: 'completed', leftRunning: 1 });
  });
});

describe('what is said of the output', () => {
  test('usage lines, git lines and levels', async () => {
    const script = `
      echo 'Token usage: 120 input, 30 output'
      echo 'Creating branch: feat'
      echo 'Committed 3 files'
      echo 'WARNING: slow' >&2
      echo 'plain' >&2`;
    const { records } = await watchCommand(bash(script));
    expect(ofKind(records, 'llm_call')).toEqual([
      expect.objectContaining({ model: 'unknown', input_tokens: 120, output_tokens: 30, origin: 'stdout' }),
    ]);
    expect(ofKind(records, 'git_activity')).toEqual([
      expect.objectContaining({ operation: 'branch_create', branch: 'feat', origin: 'stdout' }),
      expect.objectContaining({ operation: 'commit', files_changed: 3, origin: 'stdout' }),
    ]);
    const logs = ofKind(records, 'log_entry').map(({ message, source, level }) => [
      message.split(' ')[0],
      source,
      level,
    ]);
    expect(logs).toHaveLength(5);
    expect(logs).toEqual(
      expect.arrayContaining([
        ['Token', 'llm', 'info'],
        ['Creating', 'git', 'info'],
        ['Committed', 'git', 'info'],
        ['WARNING:', 'stderr', 'warning'],
        ['plain', 'stderr', 'info'],
      ]),
    );
  });

  test('no secret leaves, neither from argv nor from output, and the program’s own output stays whole', async () => {
    const env = { ...plainEnvironment, MY_TOKEN: 'correct-horse-battery' };
    const key = `sk-ant-api03-${'a1B2'.repeat(10)}`;
    const script = `echo "token $MY_TOKEN"; echo '${key}'; printf -- '-----BEGIN PRIVATE KEY-----\\nMIIEabc\\n-----END PRIVATE KEY-----\\n'`;
    const { records, stdout, result } = await watchCommand(bash(script), { env });
    const said = JSON.stringify(records);
    expect(said).not.toContain('correct-horse-battery');
    expect(said).not.toContain(key);
    expect(said).not.toContain('MIIEabc');
    expect(stdout.toString()).toContain(key);
    expect(result.redactions).toBeGreaterThanOrEqual(3);
  });

  test('in metadata mode no line leaves', async () => {
    const { records } = await watchCommand(bash('echo something'), { capture: 'metadata' });
    expect(ofKind(records, 'log_entry').map(({ message }) => message)).toEqual(['']);
    expect(ofKind(records, 'run_event')[0]?.command).toBe('bash');
  });
});

describe('stopping', () => {
  const stopAfterReady = async (script: string, graceMs: number) => {
    const stop = new AbortController();
    const running = watchCommand(bash(script), {
      signal: stop.signal,
      graceMs,
      onRecord: (record) => {
        if (record.kind === 'log_entry' && record.message === 'ready') stop.abort('ada');
      },
    });
    const { result, records } = await running;
    return { result, steps: ofKind(records, 'run_event').filter(({ event }) => event === 'step') };
  };

  test('the whole tree gets TERM, and that is enough for a polite one', async () => {
    const { result, steps } = await stopAfterReady('sleep 60 & setsid sleep 60 & echo ready; wait', 30_000);
    expect(result).toMatchObject({ endReason: 'cancelled', leftRunning: 0 });
    expect(steps.map(({ step, actor }) => [step, actor])).toEqual([['term', 'ada']]);
  });

  test('one that ignores TERM is killed after the grace, its children too', async () => {
    const { result, steps } = await stopAfterReady(
      `trap '' TERM; sleep 61 & echo ready; while :; do sleep 0.1; done`,
      300,
    );
    expect(result).toMatchObject({ endReason: 'cancelled', signal: 'SIGKILL', leftRunning: 0 });
    expect(steps.map(({ step }) => step)).toEqual(['term', 'kill']);
  });

  test('one that stopped itself is continued so that it can end', async () => {
    const { result, steps } = await stopAfterReady('echo ready; kill -STOP $$; sleep 60', 20_000);
    expect(result).toMatchObject({ endReason: 'cancelled', signal: 'SIGTERM' });
    expect(steps.map(({ step }) => step)).toEqual(['term']);
  });
});

test('nothing is written in the watched folder and no private folder is left', async () => {
  const watched = mkdtempSync(join(folder, 'watched-'));
  const temporary = mkdtempSync(join(folder, 't-'));
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { result } = await watchCommand(bash('git init -q .; git status >/dev/null; rm -rf .git'), { cwd: watched });
  expect(result.exitCode).toBe(0);
  expect(readdirSync(watched)).toEqual([]);
  await until(() => readdirSync(temporary).length === 0);
});
