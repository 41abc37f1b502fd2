import { expect, test } from 'vitest';
import { plainEnvironment, ofKind, watchCommand } from '../test-support/watch-command.ts';
import { redactArguments } from './redact-arguments.ts';
import { createRedactor } from '@telltale/sdk/capture/redactor';

const redactor = createRedactor({ secrets: [{ name: 'MY_TOKEN', value: "it's a secret" }] });
const mark = '‹redacted:secret_flag›';

test.each([
  [['login', '--password', 'Tr0ub4dor&3! x', 'now'], ['login', '--password', mark, 'now'], 1],
  [['login', '--API-Key=a "b" \'c\''], ['login', `--API-Key=${mark}`], 1],
  [['login', '--token', '-x'], ['login', '--token', mark], 1],
  [['echo', "it's a secret"], ['echo', '‹redacted:MY_TOKEN›'], 1],
  [['tool', '--password-file', '/run/p', '--tokens', '5'], ['tool', '--password-file', '/run/p', '--tokens', '5'], 0],
])('of %j leave %j', (argv, kept, count) => {
  expect(redactArguments(argv, redactor)).toEqual({ argv: kept, count });
});

test('a quoted value of a secret option is found in a text too', () => {
  for (const value of [`'Tr0ub4dor&3! x'`, `"Tr0ub4dor&3! x"`]) {
    expect(redactor.redact(`login --password ${value} now`).text).toBe(`login --password ${mark} now`);
  }
});

test('the command of a run leaves without its secrets, and they are counted once', async () => {
  const env = { ...plainEnvironment, MY_TOKEN: "it's a secret" };
  const argv = ['true', '--password', 'Tr0ub4dor&3!', 'a b', "it's a secret"];
  const { records, result } = await watchCommand(argv, { env });
  const [started] = ofKind(records, 'run_event');
  expect(started?.command).toBe(`true --password ${mark} 'a b' ‹redacted:MY_TOKEN›`);
  expect(started?.attributes).toMatchObject({ redactions: 2 });
  expect(result.redactions).toBe(2);
  const full = await watchCommand(argv, { env, capture: 'full' });
  expect(ofKind(full.records, 'run_event')[0]?.command).toContain('Tr0ub4dor&3!');
});
