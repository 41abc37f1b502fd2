import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { planTelemetry } from './plan-telemetry.ts';

const mine = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://mine.example' };
const claude = { env: { CLAUDE_CODE_ENABLE_TELEMETRY: '1', OTEL_LOGS_EXPORTER: 'otlp' } };
const told = { telemetry: { enabled: true, target: 'local' } };

function planOf(files: Readonly<Record<string, unknown>>, env: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'telltale-written-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, value] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  }
  const cwd = join(root, 'project');
  mkdirSync(cwd, { recursive: true });
  return (...argv: string[]) =>
    planTelemetry({ argv, cwd, env: { HOME: join(root, 'home'), ...mine, ...env }, telltaleUrl: undefined });
}

test.each([
  ['claude', 'home/.claude/settings.json', claude],
  ['claude', 'project/.claude/settings.local.json', claude],
  ['claude', 'project/inner/.claude/settings.json', claude],
  ['gemini', 'home/.gemini/settings.json', told],
  ['gemini', 'project/.gemini/settings.json', told],
  ['gemini', 'project/.env', 'GEMINI_TELEMETRY_ENABLED=true\n'],
  ['qwen', 'home/.qwen/settings.json', told],
] as const)('what %s was told to report by %s still goes to the person', (client, path, settings) => {
  const plan = planOf({ [path]: settings });
  for (const argv of [['make'], ['sh', '-c', `cd inner && ${client} -p hi`]]) {
    if (path.includes('inner') && argv.length === 1) continue;
    const { withholds } = plan(...argv);
    expect(withholds('logs', client)).toBe(false);
    expect(withholds('logs', 'codex')).toBe(true);
  }
  expect(planOf({})('make').withholds('logs', client)).toBe(true);
});

test('only the signals that were told are the person’s, and what is turned off is not', () => {
  const { withholds } = planOf({ 'home/.claude/settings.json': claude })('make');
  expect(['traces', 'metrics', 'logs'].map((signal) => withholds(signal as 'logs', 'claude'))).toEqual([
    true,
    true,
    false,
  ]);
  const off = planOf({ 'home/.gemini/settings.json': { telemetry: { enabled: false }, ui: { enabled: true } } });
  expect(off('make').withholds('logs', 'gemini')).toBe(true);
});

test('settings in a folder of the person’s own, and a line that says it by itself, count as well', () => {
  const own = planOf({ 'own/settings.json': claude });
  expect(own('make').withholds('logs', 'claude')).toBe(true);
  const line = ['sh', '-c', 'CLAUDE_CODE_ENABLE_TELEMETRY=1 OTEL_LOGS_EXPORTER=otlp claude -p hi'];
  expect(own(...line).withholds('logs', 'claude')).toBe(false);
  expect(own('sh', '-c', 'claude --settings mine.json -p hi').withholds('metrics', 'claude')).toBe(false);
  expect(own('sh', '-c', 'gemini --telemetry -p hi').withholds('traces', 'gemini')).toBe(false);
});

test('a client that is started by itself goes on to the person by its settings, too', () => {
  const plan = planOf({ 'home/.gemini/settings.json': told });
  expect([...plan('gemini').forward().keys()]).toEqual(['traces', 'metrics', 'logs']);
  expect(planOf({})('gemini').forward().size).toBe(0);
});

test('what only the run wants told of each request is not asked of a client that reports to the person', () => {
  const variablesOf = (plan: ReturnType<typeof planOf>) =>
    plan('sh', '-c', 'claude -p hi').lead('http://127.0.0.1:1/s').variables;
  expect(variablesOf(planOf({}))).toHaveProperty('OTEL_LOG_RAW_API_BODIES');
  expect(variablesOf(planOf({ 'home/.claude/settings.json': claude }))).not.toHaveProperty('OTEL_LOG_RAW_API_BODIES');
});

test('settings that the run lays over a client are not the person’s', () => {
  const asGiven = ['claude', '-p', 'hi'];
  const argv = ['claude', '--settings', '/run/client-settings.json', '-p', 'hi'];
  const variablesOf = (given?: readonly string[]) =>
    planTelemetry({ argv, cwd: '/', env: { HOME: '/nonexistent' }, telltaleUrl: undefined, asGiven: given }).lead(
      'http://127.0.0.1:1/s',
    ).variables;
  expect(variablesOf(asGiven)).toHaveProperty('OTEL_LOG_RAW_API_BODIES');
  expect(variablesOf()).not.toHaveProperty('OTEL_LOG_RAW_API_BODIES');
});
