import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { expect, onTestFinished, test } from 'vitest';
import { createSessionClaims } from './session-claims.ts';
import { tellRollouts } from './tell-rollouts.ts';

const begun = Date.parse('2026-03-01T12:00:00Z');
const at = (second: number): string => new Date(begun + second * 1_000).toISOString();
const usage = { input_tokens: 9_000, output_tokens: 77, cached_input_tokens: 6_000, reasoning_output_tokens: 33 };

function aHome() {
  const home = mkdtempSync(join(tmpdir(), 'telltale-rollouts-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const folder = join(home, '.codex/sessions/2026/03/01');
  mkdirSync(folder, { recursive: true });
  let clock = begun;
  const write = (session: string, cwd: string, answers: readonly number[], written = begun + 60_000): void => {
    const lines = [
      { timestamp: at(-100), type: 'session_meta', payload: { id: session, cwd, model_provider: 'openai' } },
      { timestamp: at(-100), type: 'turn_context', payload: { model: 'gpt-5' } },
      ...answers.map((second) => ({
        timestamp: at(second),
        type: 'token_usage_record',
        payload: { response_id: `${session}-${second}`, usage },
      })),
    ];
    const path = join(folder, `rollout-${session}.jsonl`);
    writeFileSync(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"timestamp":"cut o`);
    utimesSync(path, written / 1_000, written / 1_000);
  };
  const aRun = (runId: string) => {
    const claims = createSessionClaims({ runId, now: () => clock, folder: join(home, 'claims') });
    return {
      claims,
      async tell({ cwd = '/work', texts = [], since = begun, told = [] }: Partial<Told> = {}): Promise<string[]> {
        const records: RecordDraft[] = [];
        await tellRollouts({
          since,
          cwd,
          texts,
          env: { HOME: home },
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
  return { write, aRun, pass: (seconds: number) => (clock += seconds * 1_000) };
}
type Told = { cwd: string; texts: string[]; since: number; told: string[] };

test('a conversation in a folder of the run, or one that its command names, is told since the run began', async () => {
  const { write, aRun } = aHome();
  write('a', '/work', [-50, 1, 2]);
  write('b', '/work/inner', [3]);
  write('c', '/work-other', [4]);
  write('d', '/elsewhere', [5]);
  write('e', '/work', [6], begun - 60_000);
  expect(await aRun('r').tell({ texts: ['sh', 'cd /elsewhere && codex exec hi'] })).toEqual([
    'a-1',
    'a-2',
    'b-3',
    'd-5',
  ]);
});

test('what telemetry tells is not told again', async () => {
  const { write, aRun } = aHome();
  write('a', '/work', [1]);
  write('b', '/work', [2]);
  expect(await aRun('r').tell({ told: ['a'] })).toEqual(['b-2']);
});

test('of two runs at once one tells a conversation, and a later run tells what came after', async () => {
  const { write, aRun, pass } = aHome();
  write('a', '/work', [1]);
  write('b', '/work', [2]);
  const [reporting, first, second] = [aRun('reporting'), aRun('first'), aRun('second')];
  expect(reporting.claims.take('b')).toBe(0);
  pass(10);
  expect(await first.tell()).toEqual(['a-1']);
  expect(await second.tell()).toEqual([]);
  reporting.claims.release();
  write('a', '/work', [1, 20]);
  pass(20);
  expect(await aRun('third').tell()).toEqual(['a-20']);
});
