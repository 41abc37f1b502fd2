import { readFileSync } from 'node:fs';
import { ConfigError } from '@telltale/runtime/config';
import { describe, expect, test } from 'vitest';
import { builtInCrews } from './built-in-crews.ts';
import { renderCommand, templateProblems } from './command-template.ts';
import { announcementOf } from './crew-profile.ts';
import { parseCrews, readCrews } from './read-crews.ts';

const problemsOf = (text: string): readonly string[] => {
  try {
    parseCrews(text, 'crews.yaml');
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [String(error)];
  }
};

describe('a file of crews', () => {
  test('says what a runner can run, in units that people write', () => {
    const { slots, crews } = parseCrews(
      `slots: 2
crews:
  report:
    argv: [node, report.mjs, '--symbol={symbol}']
    inputs: { symbol: { type: string, required: true } }
    limits: { timeout: 10m, max_memory: 2GiB, max_cpu_seconds: 30 }
    attempts: 3
    backoff: 250ms`,
      'crews.yaml',
    );
    expect(slots).toBe(2);
    const { report } = crews;
    expect(report && announcementOf('report', report)).toMatchObject({
      crew_id: 'report',
      limits: { timeout_ms: 600_000, max_memory_bytes: 2 * 2 ** 30, max_cpu_seconds: 30 },
      max_attempts: 3,
      backoff_ms: 250,
      workspace: 'empty',
      retry_on: ['failed', 'killed', 'lost'],
    });
    expect(JSON.stringify(report && announcementOf('report', report))).not.toContain('report.mjs');
  });

  test('is judged as a whole: every problem is said, with its place', () => {
    const problems = problemsOf(`slots: many
crews:
  'a b': { argv: [x] }
  good:
    argv: ['{program}', '{word}', sh]
    env: [TELLTALE_RUN_ID, 'NOT A NAME']
    limits: { timeout: soon }
    workspace: relative/path
    colour: blue
  none: { argv: [] }`);
    for (const place of [
      /slots: /,
      /crews\.a b: /,
      /crews\.good\.argv\[0\]: names the program/,
      /crews\.good\.argv\[1\]: a value could be taken for an option/,
      /crews\.good\.env\[0\]: /,
      /crews\.good\.env\[1\]: /,
      /crews\.good\.limits\.timeout: /,
      /crews\.good\.workspace: /,
      /crews\.good: .*colour/,
      /crews\.none\.argv: /,
    ]) {
      expect(problems.filter((problem) => place.test(problem))).not.toEqual([]);
    }
    expect(problems.every((problem) => problem.startsWith('crews.yaml: '))).toBe(true);
  });

  test.each([
    ['what is no YAML', 'crews: [', /crews\.yaml: /],
    ['a name twice', 'crews: {a: {argv: [x]}, a: {argv: [y]}}', /unique/i],
    ['an alias that grows', 'a: &a [x, x]\ncrews: {b: {argv: *a}}', /alias/i],
  ])('is refused with %s', (_, text, why) => {
    expect(problemsOf(text).join('\n')).toMatch(why);
  });

  test('as docs/tasks.md shows one is right', () => {
    const page = readFileSync(new URL('../../../../docs/tasks.md', import.meta.url), 'utf8');
    const [, shown = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
    expect(parseCrews(shown, 'docs/tasks.md').crews).toMatchObject({ report: { limits: { timeout: 600_000 } } });
  });

  test('that is not there is named; none leaves what is built in', () => {
    expect(() => readCrews('/no/such/crews.yaml', {})).toThrow(/TELLTALE_CREWS: cannot read \/no\/such\/crews\.yaml/);
    expect(Object.keys(readCrews(null, builtInCrews()).crews)).toEqual(Object.keys(builtInCrews()));
  });
});

describe('a command', () => {
  test('gets each input as one argument or a part of one, once', () => {
    const argv = ['prog', '--a={a}', '{inputs_file}', '--', '{a}', '{gone}', 'x{n}y{list}'];
    const inputs = { a: '{n} $(id) "q"', n: 7, list: ['{a}'], gone: null };
    expect(renderCommand(argv, inputs, '/in.json')).toEqual([
      'prog',
      '--a={n} $(id) "q"',
      '/in.json',
      '--',
      '{n} $(id) "q"',
      'x7y["{a}"]',
    ]);
  });

  test('takes nothing from an object’s prototype, no NUL, and nothing longer than the system allows', () => {
    expect(renderCommand(['p', '--', '{constructor}', 'a{toString}b'], {}, '/in')).toEqual(['p', '--', 'ab']);
    expect(() => renderCommand(['p', '--a={a}'], { a: 'x\0y' }, '/in')).toThrow(/NUL/);
    expect(() => renderCommand(['p', '--a={a}'], { a: 'x'.repeat(140_000) }, '/in')).toThrow(/inputs_file/);
  });

  test.each([
    ['a program chosen by an input', ['{a}'], /names the program/],
    ['a value that may be an option', ['prog', '{a}'], /option/],
    ['a shell’s text', ['sh', '-c', 'echo {a}'], /run as a program/],
    ['a shell’s text after the end of options', ['/bin/bash', '-euc', '--', 'echo x{a}'], /run as a program/],
    ['a shell’s text behind another program', ['timeout', '5', 'sh', '-c', 'echo {a}'], /run as a program/],
    ['an interpreter’s text', ['node', '-e', '--x={a}'], /run as a program/],
    ['the same of another path', ['/usr/bin/python3', '-c', 'x={a}'], /run as a program/],
    ['a script chosen by an input', ['sh', '--', '{a}'], /run as a program/],
    ['a program chosen behind env', ['env', 'A=1', '--', 'x{a}'], /run as a program/],
    ['a script with arguments', ['sh', 'work.sh', '--one={a}', '--', '{a}'], null],
    ['a shell’s own text and its arguments', ['sh', '-c', 'printf %s "$1"', '--', '{a}'], null],
    ['a module with an option', ['node', '--max-old-space-size=90', 'x.mjs', '--a={a}'], null],
    ['an input that the crew does not take', ['prog', '--b={b}'], /\{b\} is no input/],
  ])('is looked at for %s', (_, argv, why) => {
    const problems = templateProblems(argv, ['a']).map(({ message }) => message);
    if (why === null) expect(problems).toEqual([]);
    else expect(problems.join('\n')).toMatch(why);
  });

  test('may get everything in a file, wherever it stands', () => {
    expect(templateProblems(['node', 'x.mjs', '{inputs_file}', '--file={inputs_file}'], [])).toEqual([]);
  });
});
