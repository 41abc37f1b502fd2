import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { settingsOfClaude } from './claude-settings.ts';
import { planTelemetry } from './plan-telemetry.ts';

function aHome(own: object, project: object = {}) {
  const home = mkdtempSync(join(tmpdir(), 'telltale-claude-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  for (const [folder, settings] of [
    [home, own],
    [join(home, 'work'), project],
  ] as const) {
    mkdirSync(join(folder, '.claude'), { recursive: true });
    writeFileSync(join(folder, '.claude/settings.json'), JSON.stringify(settings));
  }
  const [cwd, file] = [join(home, 'work'), join(home, 'laid.json')];
  return (argv: string[], more: Record<string, string> = {}) => {
    const env = { HOME: home, ...more };
    const settings = settingsOfClaude(argv, { cwd, env, file });
    const plan = planTelemetry({ argv, cwd, env: settings?.seen ?? env, telltaleUrl: undefined });
    const led = plan.lead('http://127.0.0.1:7/s');
    const words = settings?.lay(led.argv, led.variables).map((word) => (word === file ? 'FILE' : word));
    const laid: unknown = words?.includes('FILE') ? JSON.parse(readFileSync(file, 'utf8')) : null;
    return { words, laid, to: [...plan.forward().values()].map(({ href }) => href) };
  };
}

test('telemetry that the settings of Claude Code send somewhere comes by way of the run, and goes on there', () => {
  const mine = {
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://weaker',
  };
  const run = aHome({ env: mine, model: 'x' }, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://mine' } });
  const { words, laid, to } = run(['claude', '-p', 'hi'], { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://weakest' });
  expect(words).toEqual(['claude', '--settings', 'FILE', '-p', 'hi']);
  expect(laid).toEqual({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:7/s' } });
  expect(to).toEqual(['http://mine/v1/logs']);
  const over = run(['claude', '--settings', '{"model":"y"}', '-p', 'hi']);
  expect(over.laid).toEqual({ model: 'y', env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:7/s' } });
});

test('settings that say nothing of telemetry, or turn it off, are left as they are', () => {
  const plain = aHome({ env: { FOO: 'bar' } })(['claude', '-p', 'hi']);
  expect(plain).toMatchObject({ words: ['claude', '-p', 'hi'], laid: null, to: [] });
  const off = aHome({ env: { CLAUDE_CODE_ENABLE_TELEMETRY: '0' } })(['claude', '-p', 'hi']);
  expect(off).toMatchObject({ words: ['claude', '-p', 'hi'], laid: null });
  expect(aHome({})(['python', 'x.py']).words).toBeUndefined();
});
