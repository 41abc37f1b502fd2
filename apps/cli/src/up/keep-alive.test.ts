import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunning, type ProcessMark } from '@telltale/embedded/process-table';
import { until } from '@telltale/testkit/until';
import { createBackoff } from './backoff.ts';
import { startServices } from './services.ts';
import type { ServiceSpec } from './service-process.ts';

let folder: string;
let said: string[];
let starts: ProcessMark[];
const silent = new AbortController().signal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-up-'));
  said = [];
  starts = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A service whose behaviour is one word. */
function spec(behaviour: string): ServiceSpec {
  return {
    name: 'collector',
    main: join(import.meta.dirname, 'service.fixture.ts'),
    env: { PATH: '/usr/bin:/bin', BEHAVIOUR: behaviour },
    logFile: join(folder, 'collector.log'),
  };
}

const start = (behaviour: string) =>
  startServices([spec(behaviour)], {
    say: (line) => void said.push(line),
    onStart: (_name, mark) => void starts.push(mark),
    signal: silent,
  });

const newest = () => starts.at(-1) ?? { pid: 0, started: '' };

test('a service that is killed is started again, and stays stopped when it is stopped', async () => {
  const [service] = await start('well');
  process.kill(newest().pid, 'SIGKILL');
  await until(() => starts.length === 2);
  expect(said).toEqual([expect.stringMatching(/collector ended \(SIGKILL\), starting it again in 0.5 s/)]);
  await service?.stop(5000);
  expect(starts.map(isRunning)).toEqual([false, false]);
  expect(starts).toHaveLength(2);
});

test('a service that cannot start is a refusal with its own last words', async () => {
  await expect(start('refuses')).rejects.toThrow(
    /The collector did not start: could not start: no database; its log is/,
  );
  expect(starts.map(isRunning)).toEqual([false]);
});

test('a service that does not obey is killed in time', async () => {
  const [service] = await start('stubborn');
  await service?.stop(200);
  expect(isRunning(newest())).toBe(false);
});

test('a service hears of the end of its parent, whatever ended it', async () => {
  const { spawn } = await import('node:child_process');
  const parent = spawn(process.execPath, [join(import.meta.dirname, 'parent.fixture.ts'), folder], {
    stdio: 'inherit',
  });
  const pidFile = join(folder, 'pid');
  const child = await until(() => {
    try {
      return JSON.parse(readFileSync(pidFile, 'utf8')) as ProcessMark;
    } catch {
      return undefined;
    }
  });
  parent.kill('SIGKILL');
  await until(() => !isRunning(child));
});

test('waits double up to half a minute and begin anew after half a minute of life', () => {
  let now = 0;
  const backoff = createBackoff(() => now);
  const waits = Array.from({ length: 9 }, () => backoff.next(now));
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  now = 31_000;
  expect(backoff.next(0)).toBe(500);
});
