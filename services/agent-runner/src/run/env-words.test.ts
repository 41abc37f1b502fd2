import { expect, test } from 'vitest';
import { clientOf } from '../proxy/clients/client-of.ts';
import { envWords } from './env-words.ts';

const who = { run_id: 'r', agent_id: 'a' };
const env = { PATH: '/bin', GONE: '1', OTEL_RESOURCE_ATTRIBUTES: 'team=x' };
const known = [
  'TELLTALE_RUN_ID=r',
  'TELLTALE_AGENT_ID=a',
  'OTEL_RESOURCE_ATTRIBUTES=telltale.run_id=r,telltale.agent_id=a',
];

test.each([
  [['claude', '-p', 'hi'], 'claude', 0],
  [['timeout', '60', 'claude'], 'claude', 2],
  [['timeout', '-k', '5s', '--foreground', '1.5m', '/opt/bin/codex', 'exec'], 'codex', 5],
  [['nice', '-n', '5', 'claude'], 'claude', 3],
  [['nice', 'ionice', '-c', '2', 'env', 'A_1=b', '-u', 'X', 'gemini'], 'gemini', 8],
  [['taskset', '-c', '0-1', 'nohup', 'setsid', 'qwen'], 'qwen', 5],
  [['npx', '-y', '-p', 'codex', 'claude'], 'claude', 4],
  [['npm', 'exec', '--', '@openai/codex@0.58.0', 'exec'], 'codex', 3],
  [['pnpm', 'dlx', 'opencode-ai'], 'opencode', 2],
  [['uv', 'run', '--with', 'codex', 'aider'], 'aider', 4],
  [['python3', '-W', 'error', '-m', 'aider'], 'aider', 4],
  [['python3', 'claude.md'], null, 0],
  [['timeout', 'sixty', 'claude'], null, 0],
  [['npm', 'run', 'claude'], null, 0],
  [['npm', 'exec', '@openai/codex', 'exec'], null, 0],
  [['echo', 'claude'], null, 0],
] as const)('%j starts %s', (argv, name, at) => {
  expect(clientOf(argv)).toEqual(name === null ? null : { name, at });
});

test('what env makes of the environment is what the client sees, and its own variables come last', () => {
  const argv = [
    'timeout',
    '60',
    'env',
    '-u',
    'GONE',
    'ANTHROPIC_BASE_URL=http://mine/x=y',
    'nice',
    'claude',
    '-p',
    'hi',
  ];
  const words = envWords(argv, env, who);
  expect(words?.seen).toEqual({ ...env, GONE: undefined, ANTHROPIC_BASE_URL: 'http://mine/x=y' });
  expect(words?.seen).not.toHaveProperty('GONE');
  expect(words?.withVariables([...argv, 'led'], { ANTHROPIC_BASE_URL: 'http://ours' })).toEqual([
    ...argv.slice(0, 6),
    'ANTHROPIC_BASE_URL=http://ours',
    ...known.slice(0, 2),
    'OTEL_RESOURCE_ATTRIBUTES=team=x,telltale.run_id=r,telltale.agent_id=a',
    ...argv.slice(6),
    'led',
  ]);
});

test('an environment that env empties has nothing else', () => {
  const words = envWords(['env', '-i', 'HOME=/h', 'codex', 'exec'], env, who);
  expect(words?.seen).toEqual({ HOME: '/h' });
  expect(words?.withVariables(['env', '-i', 'HOME=/h', 'codex', '-c', 'x', 'exec'], {})).toEqual([
    'env',
    '-i',
    'HOME=/h',
    ...known,
    'codex',
    '-c',
    'x',
    'exec',
  ]);
  for (const argv of [
    ['claude', '-p', 'env'],
    ['env', 'A=b', 'make'],
    ['python', 'agent.py'],
  ])
    expect(envWords(argv, env, who)).toBeNull();
});

test('what env unsets in one word is not there, and what it takes apart itself is left as it is', () => {
  for (const word of ['-uGONE', '--unset=GONE'])
    expect(envWords(['env', word, 'claude'], env, who)?.seen).not.toHaveProperty('GONE');
  for (const words of [['-S', 'nice -n 5'], ['--split-string=nice -n 5'], ['-iS', 'nice']])
    expect(envWords(['env', ...words, 'claude'], env, who)).toBeNull();
});
