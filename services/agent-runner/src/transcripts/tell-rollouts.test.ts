import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { until } from '@telltale/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { createSessionClaims } from './session-claims.ts';
import { tellRollouts } from './tell-rollouts.ts';
import { watchRollouts } from './watch-rollouts.ts';

const begun = Date.parse('2026-03-01T12:00:00Z');
const at = (second: number): string => new Date(begun + second * 1_000).toISOString();
const usage = { input_tokens: 9_000, output_tokens: 77, cached_input_tokens: 6_000, reasoning_output_tokens: 33 };

function aHome() {
  const home = mkdtempSync(join(tmpdir(), 'telltale-rollouts-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  let clock = begun;
  const write = (session: string, answers: readonly number[], codex = join(home, '.codex')): string => {
    const folder = join(codex, 'sessions/2026/03/01');
    mkdirSync(folder, { recursive: true });
    const lines = [
      { timestamp: at(-100), type: 'session_meta', payload: { id: session, cwd: '/work', model_provider: 'openai' } },
      { timestamp: at(-100), type: 'turn_context', payload: { model: 'gpt-5' } },
      ...answers.map((second) => ({
        timestamp: at(second),
        type: 'token_usage_record',
        payload: { response_id: `${session}-${second}`, usage },
      })),
    ];
    const path = join(folder, `rollout-${session}.jsonl`);
    writeFileSync(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"timestamp":"cut o`);
    return path;
  };
  const aRun = (runId: string) => {
    const claims = createSessionClaims({ runId, now: () => clock, folder: join(home, 'claims') });
    return {
      claims,
      async tell({ paths = [], told = [] }: Partial<Told>): Promise<string[]> {
        const records: RecordDraft[] = [];
        await tellRollouts({
          paths,
          since: begun,
          isTold: (session) => told.includes(session),
          claims,
          redact: (text) => text,
          emit: (record) => void records.push(record),
        });
        claims.release();
        return records.map((record) => (record.kind === 'llm_call' ? (record.message_id ?? '') : record.kind));
      },
    };
  };
  return { home, write, aRun, pass: (seconds: number) => (clock += seconds * 1_000) };
}
type Told = { paths: string[]; told: string[] };

test('what was written since the run began is told', async () => {
  const { write, aRun } = aHome();
  const paths = [write('a', [-50, 1, 2]), write('b', [3])];
  expect(await aRun('r').tell({ paths })).toEqual(['a-1', 'a-2', 'b-3']);
});

test('a rollout is a run’s where one of its processes has it open, however deep its folder was yet to be made', async () => {
  const { home, write } = aHome();
  const [codex, other] = [join(home, 'own/.codex'), join(home, 'other/.codex')];
  mkdirSync(join(home, 'own'));
  mkdirSync(join(other, 'sessions/2026/02/28'), { recursive: true });
  const pids = () => [process.pid];
  using fresh = watchRollouts({ home: codex, pids, now: () => performance.now() });
  using later = watchRollouts({ home: other, pids, now: () => performance.now() });
  for (const [watched, at] of [
    [fresh, codex],
    [later, other],
  ] as const) {
    const foreign = write('foreign', [1], at);
    const path = write('mine', [1], at);
    const fd = openSync(path, 'a');
    onTestFinished(() => closeSync(fd));
    await until(() => {
      writeSync(fd, '\n');
      return watched.own().length > 0;
    });
    expect(watched.own()).toEqual([realpathSync(path)]);
    expect(watched.own()).not.toContain(foreign);
  }
});

test('what telemetry tells is not told again, its file is let go, and one that is gone keeps no other from being told', async () => {
  const { home, write, aRun } = aHome();
  const paths = [join(home, 'gone.jsonl'), write('a', [1]), write('b', [2])];
  expect(await aRun('r').tell({ paths, told: ['a'] })).toEqual(['b-2']);
  const open = () =>
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`)];
      } catch {
        return [];
      }
    });
  await until(() => !open().some((path) => paths.includes(path)));
});

test('a conversation whose name no file can have is told once, too', async () => {
  const { aRun } = aHome();
  const [first, second] = [aRun('first'), aRun('second')];
  expect(first.claims.take('é'.repeat(200))).toBe(0);
  expect(second.claims.take('é'.repeat(200))).toBeNull();
  expect(second.claims.take('é'.repeat(199))).toBe(0);
});

test('of two runs at once one tells a conversation, and a later run tells what came after', async () => {
  const { write, aRun, pass } = aHome();
  const paths = [write('a', [1]), write('b', [2])];
  const [reporting, first, second] = [aRun('reporting'), aRun('first'), aRun('second')];
  expect(reporting.claims.take('b')).toBe(0);
  pass(10);
  expect(await first.tell({ paths })).toEqual(['a-1']);
  expect(await second.tell({ paths })).toEqual([]);
  reporting.claims.release();
  write('a', [1, 20]);
  pass(20);
  expect(await aRun('third').tell({ paths })).toEqual(['a-20']);
});
