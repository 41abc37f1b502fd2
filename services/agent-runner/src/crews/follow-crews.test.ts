import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { until } from '@telltale/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { quietLog } from '../test-support/watch-command.ts';
import { builtInCrews } from './built-in-crews.ts';
import { followCrews } from './follow-crews.ts';
import { readCrews } from './read-crews.ts';

const crewsText = (name: string): string => `slots: 2\ncrews:\n  ${name}:\n    argv: ["true"]\n`;

test('a file that changes is read again; one that is wrong is told of, and those from before stay', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'crews-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'crews.yaml');
  const problems: unknown[] = [];
  const note = (facts: object): unknown => problems.push(Reflect.get(facts, 'problems'));
  const log = Object.assign(Object.create(quietLog) as typeof quietLog, { error: note });
  let changes = 0;
  writeFileSync(file, crewsText('one'));
  const crews = readCrews(file, builtInCrews());
  const onChange = (): void => void (changes += 1);
  const options = { crews, fileOf: () => file, onChange, clock: systemClock, log, everyMs: 10 };
  await using followed = followCrews(options);
  const names = (): string => Object.keys(followed.current().crews).join();
  expect(names()).toBe('codegen,one');
  writeFileSync(file, crewsText('two'));
  await until(() => changes === 1);
  expect(names()).toBe('codegen,two');
  // A list where a text has to be, and a word that is not known.
  writeFileSync(file, 'slots: many\ncrews:\n  three:\n    argv: [1]\n    colour: blue\n');
  await until(() => problems.length === 1);
  expect(String(problems[0])).toContain('crews.three.argv[0]');
  expect(String(problems[0])).toContain('slots');
  expect([names(), changes]).toEqual(['codegen,two', 1]);
  // As editors save: another file takes its place.
  writeFileSync(`${file}.new`, crewsText('four'));
  renameSync(`${file}.new`, file);
  await until(() => changes === 2);
  expect(names()).toBe('codegen,four');
  rmSync(file);
  await until(() => problems.length === 2);
  expect(String(problems[1])).toContain('cannot read');
  expect(names()).toBe('codegen,four');
});
