import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { until } from '@telltale/testkit/until';
import { describe, expect, test } from 'vitest';
import type { LimitReading } from '../limits/run-limits.ts';
import { findLoop } from './find-loop.ts';
import { lookAtFiles } from './look-at-files.ts';
import { watchProgress } from './watch-progress.ts';

describe('the same tool calls over and over', () => {
  test.each([
    ['one call five times', 'aaaaa', { period: 1, repeats: 5 }],
    ['one call four times is none', 'aaaa', null],
    ['two calls by turns', 'xabababab', { period: 2, repeats: 4 }],
    ['three calls', 'abcabcabcabc', { period: 3, repeats: 4 }],
    ['four calls', 'zzabcdabcdabcdabcd', { period: 4, repeats: 4 }],
    ['five calls are work', 'abcdeabcdeabcdeabcde', null],
    ['a loop that was left is none', 'aaaaab', null],
    ['nothing yet', '', null],
  ])('%s', (_, calls, expected) => {
    expect(findLoop(calls.split(''))).toEqual(expected);
  });
});

const call = (tokens: number, cached = 0): RecordDraft => ({
  kind: 'llm_call',
  origin: 'proxy',
  status: 'ok',
  model: 'm',
  input_tokens: tokens + cached,
  cache_read_tokens: cached,
});
const tool = (name: string, input: string, success = true): RecordDraft => ({
  kind: 'tool_call',
  tool_name: name,
  input_preview: input,
  success,
});

function watch(most?: number) {
  const said: LimitReading[] = [];
  const ended: LimitReading[] = [];
  const cleared: string[] = [];
  const files = { looks: 0, word: 'first' };
  const progress = watchProgress({
    most,
    lookAtFiles: async () => {
      files.looks += 1;
      return files.word;
    },
    onStuck: (reading) => void said.push(reading),
    onExceeded: (reading) => void ended.push(reading),
    onProgress: (limit) => void cleared.push(limit),
    now: () => 0,
  });
  return { progress, said, ended, cleared, files };
}

test('tokens that grow while nothing comes of them are said with their evidence, and are over with the next commit', async () => {
  const { progress, said, cleared } = watch();
  for (let turn = 0; turn < 6; turn += 1) {
    progress.saw(call(50_000, 900_000));
    progress.saw(tool('bash', 'npm test', false));
  }
  await until(() => {
    progress.saw(call(1));
    return said.some(({ limit }) => limit === 'idleTokens');
  });
  expect(said).toContainEqual(
    expect.objectContaining({
      limit: 'idleTokens',
      evidence: expect.objectContaining({ calls: expect.any(Number), commits: 0, changed_files: 0 }),
    }),
  );
  progress.saw({ kind: 'git_activity', operation: 'commit', success: true, origin: 'trace2' });
  expect(cleared).toContain('idleTokens');
});

test('calls of which nothing tells what was asked are no loop, and those of which only sizes do are where all are the same', () => {
  const { progress, said } = watch();
  const read = (fields: object): void =>
    progress.saw({ kind: 'tool_call', tool_name: 'Read', success: true, ...fields });
  for (let turn = 0; turn < 8; turn += 1) {
    read({});
    read({ output_size_bytes: 9 });
  }
  for (let turn = 0; turn < 8; turn += 1) read({ input_size_bytes: 45, output_size_bytes: 1_000 + 37 * turn });
  expect(said).toEqual([]);
  for (let turn = 0; turn < 5; turn += 1) read({ input_size_bytes: 45, output_size_bytes: 1_000 });
  expect(said.map(({ limit, value }) => [limit, value])).toEqual([['toolLoop', 5]]);
});

test('uses that the wire tells of make a loop where nobody else tells of them, and none with what others tell of the same', () => {
  const read = {
    kind: 'tool_call',
    tool_name: 'Read',
    success: true,
    input_size_bytes: 4,
    output_size_bytes: 9,
  } as const;
  const onWire = { ...read, attributes: { signal: 'wire' } };
  const alone = watch();
  for (let turn = 0; turn < 5; turn += 1) alone.progress.saw(onWire);
  expect(alone.said).toMatchObject([{ limit: 'toolLoop', value: 5 }]);
  const both = watch();
  for (let turn = 0; turn < 3; turn += 1) both.progress.saw(onWire);
  for (let turn = 0; turn < 3; turn += 1) {
    both.progress.saw(read);
    both.progress.saw(onWire);
  }
  expect(both.said).toEqual([]);
});

test('a file that changed, or a tool that did something new, is progress', async () => {
  const { progress, said, files } = watch(100_000);
  progress.saw(call(60_000));
  await until(() => files.looks === 1);
  files.word = 'changed';
  progress.saw(call(60_000));
  await until(() => files.looks === 2);
  progress.saw(call(60_000));
  progress.saw(tool('edit', 'a.ts'));
  progress.saw(call(60_000));
  expect(said).toEqual([]);
});

test('as a limit it ends the run, after a warning', async () => {
  const { progress, said, ended, files } = watch(100_000);
  progress.saw(call(25_000));
  await until(() => files.looks === 1);
  progress.saw(call(60_000));
  await until(() => said.length === 1);
  expect(ended).toEqual([]);
  progress.saw(call(20_000));
  await until(() => ended.length === 1);
  expect(ended).toMatchObject([{ limit: 'idleTokens', value: 105_000, cap: 100_000 }]);
});

test('a loop is said once, with its tools, and is over with the next other call', () => {
  const { progress, said, cleared } = watch();
  for (let turn = 0; turn < 6; turn += 1) {
    progress.saw(tool('read', 'a.ts'));
    progress.saw(tool('bash', 'npm test', false));
  }
  expect(said).toMatchObject([{ limit: 'toolLoop', value: 4, evidence: { period: 2, tools: 'read, bash' } }]);
  progress.saw(tool('edit', 'a.ts'));
  expect(cleared).toEqual(['toolLoop']);
});

test('files of a folder that came, went or were changed are seen, and what tools make by themselves is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'progress-'));
  const looks = [await lookAtFiles(folder)];
  const look = async (change: () => void): Promise<void> => {
    change();
    looks.push(await lookAtFiles(folder));
  };
  await look(() => writeFileSync(join(folder, 'a.ts'), 'one'));
  await look(() => utimesSync(join(folder, 'a.ts'), 1, 1));
  await look(() => rmSync(join(folder, 'a.ts')));
  expect(new Set(looks).size).toBe(3);
  expect(looks[3]).toBe(looks[0]);
  expect(await lookAtFiles(join(folder, 'none'))).toBe(looks[0]);
  rmSync(folder, { recursive: true });
});
