import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { expect, onTestFinished, test } from 'vitest';
import { planTelemetry } from './plan-telemetry.ts';
import { createToldOnce } from './told-once.ts';

const endpoint = 'http://127.0.0.1:7777/secret';
const lead = (argv: readonly string[], env: Record<string, string> = {}, cwd = '/') =>
  planTelemetry({ argv, cwd, env, telltaleUrl: 'http://127.0.0.1:4400' }).lead(endpoint);

const forwardOf = (argv: readonly string[], env: Record<string, string>): string[] =>
  [...planTelemetry({ argv, cwd: '/', env, telltaleUrl: 'http://127.0.0.1:4400' }).forward().values()].map(
    ({ href }) => href,
  );

test('any program is told where to report', () => {
  expect(lead(['python', 'crew.py'])).toMatchObject({
    argv: ['python', 'crew.py'],
    variables: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
  });
});

test('a program that may start any client has what those alone read, and nothing that other programs act on', () => {
  const any = {
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    OTEL_LOGS_EXPORTER: 'otlp',
    GEMINI_TELEMETRY_OTLP_ENDPOINT: endpoint,
    QWEN_TELEMETRY_ENABLED: 'true',
  };
  for (const argv of [
    ['make'],
    ['npm', 'run', 'agent'],
    ['./agent'],
    ['sh', '-c', '"$AGENT" -p hi'],
    ['python', 'on_an_agent_sdk.py'],
  ]) {
    expect(lead(argv)?.variables).toMatchObject(any);
    expect(lead(argv)?.variables).not.toHaveProperty('OTEL_METRICS_EXPORTER');
  }
  const mine = {
    GEMINI_TELEMETRY_ENABLED: '1',
    GEMINI_TELEMETRY_OTLP_ENDPOINT: 'http://mine',
    GEMINI_TELEMETRY_OTLP_PROTOCOL: 'http',
  };
  expect(lead(['make'], mine)?.variables).not.toHaveProperty('GEMINI_TELEMETRY_OTLP_ENDPOINT');
  expect(lead(['make'], { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://mine' })?.variables).toMatchObject(any);
});

test('a client that a line for a shell starts is turned on; where the person has an endpoint, it hears nothing of that', () => {
  const argv = ['bash', '-c', 'cd x && claude -p y'];
  expect(lead(argv)?.variables).toMatchObject({ CLAUDE_CODE_ENABLE_TELEMETRY: '1', OTEL_LOGS_EXPORTER: 'otlp' });
  expect(lead(argv)?.variables).toHaveProperty('OTEL_METRICS_EXPORTER');
  const mine = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://mine.example' };
  expect(lead(argv, mine)?.variables).toMatchObject({ CLAUDE_CODE_ENABLE_TELEMETRY: '1', OTEL_LOGS_EXPORTER: 'otlp' });
  const withholds = (env: Record<string, string>) =>
    planTelemetry({ argv, cwd: '/', env: { ...mine, ...env }, telltaleUrl: undefined }).withholds;
  for (const client of ['claude', 'codex', 'gemini'] as const) expect(withholds({})('logs', client)).toBe(true);
  expect(withholds({})('logs', null)).toBe(false);
  expect(withholds({ CLAUDE_CODE_ENABLE_TELEMETRY: '1', OTEL_LOGS_EXPORTER: 'otlp' })('logs', 'claude')).toBe(false);
});

test('a client that a script of a shell starts is turned on, too, and what only looks like a script is not read as one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-script-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = join(folder, 'many.sh');
  const isOn = (...argv: string[]): boolean =>
    'OTEL_METRICS_EXPORTER' in (lead(argv, { PWD: tmpdir() }, folder)?.variables ?? {});
  expect(isOn('bash', script)).toBe(false);
  writeFileSync(script, '#!/bin/sh\nset -e\nclaude -p x &\nwait\n');
  expect(isOn('bash', script)).toBe(true);
  expect(isOn('/bin/bash', '-e', 'many.sh')).toBe(true);
  expect(isOn('bash', '-euo', 'pipefail', 'many.sh', '-c', 'y')).toBe(true);
  expect(isOn('bash', '-c', 'true', 'many.sh')).toBe(false);
  expect(isOn('./many.sh')).toBe(true);
  expect(isOn('cat', script)).toBe(false);
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  expect(isOn('bash', join(folder, 'pipe'))).toBe(false);
  expect(isOn('bash', folder)).toBe(false);
  writeFileSync(script, '#!/usr/bin/env python3\n# claude -p x\n');
  expect(isOn('./many.sh')).toBe(false);
  writeFileSync(join(folder, 'many.py'), "subprocess.run(['/opt/claude', '-p', 'x'])\n");
  expect(isOn('python3', '-u', 'many.py')).toBe(true);
  expect(isOn('uv', 'run', join(folder, 'many.py'))).toBe(true);
  expect(isOn('./many.py')).toBe(true);
  expect(isOn('wc', 'many.py')).toBe(false);
  expect(isOn('python3', '-c', 'import subprocess; subprocess.run(["claude", "-p", "x"])')).toBe(true);
});

test('what is only on because of us goes to nobody else', () => {
  const to = (argv: string[], env: Record<string, string> = {}) => {
    const mine = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://mine.example', ...env };
    return [...planTelemetry({ argv, cwd: '/', env: mine, telltaleUrl: undefined }).forward().keys()];
  };
  expect(to(['claude', '-p', 'x'])).toEqual([]);
  const on = { CLAUDE_CODE_ENABLE_TELEMETRY: '1', OTEL_METRICS_EXPORTER: 'console,otlp' };
  expect(to(['claude', '-p', 'x'], on)).toEqual(['metrics']);
  expect(to(['gemini'])).toEqual([]);
  expect(to(['gemini'], { GEMINI_TELEMETRY_ENABLED: 'true' })).toEqual(['traces', 'metrics', 'logs']);
  expect(to(['codex', 'exec'])).toEqual([]);
  expect(to(['python', 'agent.py'])).toEqual(['traces', 'metrics', 'logs']);
});

test('Claude Code and Gemini CLI get what turns their telemetry on, but not over what the person set', () => {
  expect(lead(['claude', '-p', 'x'])?.variables).toMatchObject({
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    OTEL_LOGS_EXPORTER: 'otlp',
  });
  const variables =
    lead(['claude'], { OTEL_LOGS_EXPORTER: 'console', CLAUDE_CODE_ENABLE_TELEMETRY: '0' })?.variables ?? {};
  expect(Object.keys(variables)).not.toContain('OTEL_LOGS_EXPORTER');
  expect(Object.keys(variables)).not.toContain('CLAUDE_CODE_ENABLE_TELEMETRY');
  expect(lead(['npx', '@google/gemini-cli'])?.variables).toMatchObject({
    GEMINI_TELEMETRY_OTLP_ENDPOINT: endpoint,
    GEMINI_TELEMETRY_LOG_PROMPTS: 'false',
  });
});

test("an endpoint of the person's stays a receiver of everything, by signal too", () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://mine.example/otlp/',
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://logs.example/in',
  };
  const plan = planTelemetry({ argv: ['x'], cwd: '/', env, telltaleUrl: undefined });
  expect([...plan.forward()].map(([signal, url]) => [signal, url.href])).toEqual([
    ['traces', 'https://mine.example/otlp/v1/traces'],
    ['metrics', 'https://mine.example/otlp/v1/metrics'],
    ['logs', 'https://logs.example/in'],
  ]);
  expect(plan.lead(endpoint).variables).toMatchObject({
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${endpoint}/v1/logs`,
  });
});

test('who speaks gRPC is left alone', () => {
  const alone = { argv: ['x'], variables: {} };
  expect(lead(['x'], { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual(alone);
  // An exporter in a program's code may read the address alone; its port is all that tells.
  expect(lead(['x'], { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://mine.example:4317' })).toEqual(alone);
  const named = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://mine.example:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  expect(lead(['x'], named)).not.toEqual(alone);
  // Codex reads none of it.
  expect(lead(['codex', 'exec'], { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toMatchObject({
    argv: ['codex', '-c', expect.stringContaining(endpoint), '-c', expect.stringContaining(endpoint), 'exec'],
    variables: {},
  });
});

test('what was to go to Telltale comes by way of the run alone, as that of who has no endpoint', () => {
  const ours = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4400' };
  for (const argv of [['claude', '-p', 'hi'], ['make'], ['python', 'crew.py']]) {
    expect(lead(argv, ours)).toEqual(lead(argv));
    expect(forwardOf(argv, ours)).toEqual([]);
  }
  const mine = { ...ours, OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://logs.example/in' };
  expect(forwardOf(['python', 'crew.py'], mine)).toEqual(['https://logs.example/in']);
});

test('an endpoint of Codex that is commented out, or part of another name, is none, and a pipe is not waited for', () => {
  const home = mkdtempSync(join(tmpdir(), 'telltale-codex-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const planOf = () =>
    planTelemetry({ argv: ['codex', 'exec'], cwd: '/', env: { CODEX_HOME: home }, telltaleUrl: undefined });
  const to = (lines: readonly string[]): string[] => {
    writeFileSync(join(home, 'config.toml'), lines.join('\n'));
    return [...planOf().forward().values()].map(({ href }) => href);
  };
  const [old, mine] = ['# endpoint = "https://old.example/"', 'endpoint = "https://mine.example/"'];
  expect(to(['[otel.exporter.otlp-http]', old, mine])).toEqual(['https://mine.example/']);
  expect(to(['[otel.exporter.otlp-http]', ` ${old}`])).toEqual([]);
  expect(to(['[otel.exporter.otlp-http]', 'no-endpoint = "https://old.example/"', mine])).toEqual([
    'https://mine.example/',
  ]);
  rmSync(join(home, 'config.toml'));
  execFileSync('mkfifo', [join(home, 'config.toml')]);
  expect(planOf().forward().size).toBe(0);
});

test('Codex reports by its configuration; where the person has it sent by HTTP, only the address is ours and all goes on there', () => {
  const home = mkdtempSync(join(tmpdir(), 'telltale-codex-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const env = { CODEX_HOME: join(home, '.codex') };
  mkdirSync(env.CODEX_HOME);
  const ours = (setting: string, signal: string) => [
    '-c',
    `otel.${setting}={otlp-http={endpoint="${endpoint}/v1/${signal}",protocol="json",headers={}}}`,
  ];
  const planOf = (config: string | null, argv = ['codex', 'exec', 'do']) => {
    if (config !== null) writeFileSync(join(env.CODEX_HOME, 'config.toml'), config);
    const plan = planTelemetry({ argv, cwd: '/', env, telltaleUrl: undefined });
    const led = plan.lead(endpoint).argv;
    const to = [...plan.forward()].map(([signal, url]) => [signal, url.href]);
    return { added: led.slice(1, led.length - argv.length + 1), to };
  };
  const alone = { added: [...ours('exporter', 'logs'), ...ours('metrics_exporter', 'metrics')], to: [] };
  expect(planOf(null)).toEqual(alone);
  expect(planOf('model = "gpt-5"\n[otel]\nenvironment = "mine"\n')).toEqual(alone);
  expect(planOf('[otel]\nexporter = "none"\n')).toEqual(alone);
  const led = {
    added: ['-c', `otel.exporter.otlp-http.endpoint="${endpoint}/v1/logs"`, ...ours('metrics_exporter', 'metrics')],
    to: [['logs', 'https://mine.example/v1/logs']],
  };
  const target = 'endpoint = "https://mine.example/v1/logs"';
  for (const config of [
    `[otel]\nexporter = { otlp-http = { ${target}, protocol = "binary", headers = { "x-key" = "1" } } }\n`,
    `otel.exporter = { otlp-http = { ${target}, protocol = "json" } }\n`,
    `[otel]\nlog_user_prompt = true\n\n[otel.exporter.otlp-http]\n${target}\nprotocol = "json"\n[tui]\nx = 1\n`,
    `[ otel . exporter ."otlp-http" ]\n${target}\n`,
  ]) {
    expect(planOf(config)).toEqual(led);
  }
  const grpc = `[otel]\nexporter = { otlp-grpc = { endpoint = "http://mine.example:4317" } }\n`;
  expect(planOf(grpc)).toEqual({ added: ours('metrics_exporter', 'metrics'), to: [] });
  expect(planOf(`[otel]\ntrace_exporter = { otlp-http = { ${target} } }\n`).to).toEqual([
    ['traces', 'https://mine.example/v1/logs'],
  ]);
  expect(planOf(null, ['codex', '-c', 'otel.exporter="none"', 'exec'])).toEqual({ added: [], to: [] });
});

test('what Gemini CLI and Qwen Code were told to send by HTTP comes by way of the run; gRPC of theirs is left alone', () => {
  const mine = { GEMINI_TELEMETRY_ENABLED: 'true', GEMINI_TELEMETRY_OTLP_ENDPOINT: 'https://mine.example/' };
  const http = { ...mine, GEMINI_TELEMETRY_OTLP_PROTOCOL: 'http' };
  expect(lead(['gemini'], http)?.variables).toMatchObject({ GEMINI_TELEMETRY_OTLP_ENDPOINT: endpoint });
  const argv = ['gemini'];
  const to = [...planTelemetry({ argv, cwd: '/', env: http, telltaleUrl: undefined }).forward()];
  expect(to.map(([, url]) => url.href)).toEqual([
    'https://mine.example/v1/traces',
    'https://mine.example/v1/metrics',
    'https://mine.example/v1/logs',
  ]);
  const already = { ...http, GEMINI_TELEMETRY_OTLP_ENDPOINT: 'http://127.0.0.1:4400' };
  expect(lead(['gemini'], already)).toEqual(lead(['gemini'], http));
  expect(forwardOf(['gemini'], already)).toEqual([]);
  expect(lead(['gemini'], mine)?.variables).not.toHaveProperty('GEMINI_TELEMETRY_OTLP_ENDPOINT');
  expect(planTelemetry({ argv, cwd: '/', env: mine, telltaleUrl: undefined }).forward().size).toBe(0);
});

test('a Gemini CLI that a shell starts reports to the run and to the person; beside other clients the person alone is told', () => {
  const env = {
    GEMINI_TELEMETRY_ENABLED: 'true',
    GEMINI_TELEMETRY_OTLP_ENDPOINT: 'https://mine.example',
    GEMINI_TELEMETRY_OTLP_PROTOCOL: 'http',
  };
  const planOf = (argv: readonly string[]) => planTelemetry({ argv, cwd: '/', env, telltaleUrl: undefined });
  const to = (argv: readonly string[]) => [...planOf(argv).forward().values()].map(({ href }) => href);
  const alone = ['bash', '-c', 'gemini -p x'];
  expect(planOf(alone).lead(endpoint).variables).toMatchObject({ GEMINI_TELEMETRY_OTLP_ENDPOINT: endpoint });
  expect(to(alone)).toEqual(['traces', 'metrics', 'logs'].map((signal) => `https://mine.example/v1/${signal}`));
  const both = ['bash', '-c', 'claude -p x; gemini -p x'];
  const { variables } = planOf(both).lead(endpoint);
  expect(variables).toMatchObject({ CLAUDE_CODE_ENABLE_TELEMETRY: '1' });
  expect(Object.keys(variables).filter((name) => name.startsWith('GEMINI'))).toEqual([]);
  expect(to(both)).toEqual([]);
});

const sum: RecordDraft = {
  kind: 'llm_call',
  provider: 'anthropic',
  model: 'm',
  status: 'ok',
  origin: 'stdout',
  input_tokens: 5,
};
const tool: RecordDraft = { kind: 'tool_call', tool_name: 'bash', tool_call_id: 't-1', success: true };

test('a printed sum counts only when no telemetry of that provider came, also when it came after', () => {
  for (const reports of [0, 1]) {
    const emitted: RecordDraft[] = [];
    const told = createToldOnce((record) => emitted.push(record));
    told.emit(sum);
    for (let n = 0; n < reports; n += 1) told.reported({ ...sum, origin: 'otlp', request_id: 'r' });
    told.finish();
    expect(emitted).toEqual([reports === 0 ? sum : { ...sum, origin: 'otlp', request_id: 'r' }]);
  }
});

test('of more sums than any run prints the oldest are judged before its end', () => {
  const emitted: RecordDraft[] = [];
  const told = createToldOnce((record) => emitted.push(record));
  for (let line = 0; line < 25_000; line += 1) told.emit(sum);
  expect(emitted).toHaveLength(10_000);
  told.reported({ ...sum, origin: 'otlp', request_id: 'r' });
  told.finish();
  expect(emitted).toHaveLength(10_001);
});

test('a tool call is told once, calls with ids pass', () => {
  const emitted: RecordDraft[] = [];
  const told = createToldOnce((record) => emitted.push(record));
  told.emit(tool);
  told.reported(tool);
  told.emit({ ...sum, message_id: 'm-1' });
  expect(emitted).toEqual([tool, { ...sum, message_id: 'm-1' }]);
});

test('a tool that Codex prints under an id of its own is the one that its telemetry tells, whichever came first', () => {
  const printed = (tool_name: string): RecordDraft => ({
    kind: 'tool_call',
    tool_name,
    success: true,
    tool_call_id: `thread:${tool_name}`,
    attributes: { own_id: true },
  });
  const reported = (tool_name: string, tool_call_id: string): RecordDraft => ({
    kind: 'tool_call',
    tool_name,
    success: true,
    tool_call_id,
  });
  const told: string[] = [];
  const once = createToldOnce((record) => told.push(record.kind === 'tool_call' ? record.tool_name : record.kind));
  once.emit(printed('shell'));
  once.reported(reported('exec_command', 'call_1'));
  once.reported(reported('apply_patch', 'call_2'));
  once.emit(printed('file_change'));
  once.reported(reported('update_plan', 'call_3'));
  once.emit(printed('docs.search'));
  once.reported(reported('mcp__docs__search', 'call_4'));
  expect(told).toEqual(['shell', 'apply_patch', 'update_plan', 'docs.search']);
});

test('metrics stand in for calls that nothing else tells of, and never add to those that something does', () => {
  const counter = (type: string, value: number): RecordDraft => ({
    kind: 'metric',
    at: '2026-11-21T00:00:00.000Z',
    name: 'claude_code.token.usage',
    value,
    temporality: 'delta',
    attributes: { type, model: 'm' },
  });
  const failed: RecordDraft = { kind: 'llm_call', model: 'm', status: 'error', origin: 'otlp' };
  for (const other of [null, failed, sum, { ...sum, origin: 'proxy' as const, message_id: 'm-1' }]) {
    for (const late of [false, true]) {
      const emitted: RecordDraft[] = [];
      const told = createToldOnce((record) => emitted.push(record));
      if (other !== null && !late) told.emit(other);
      for (const point of [counter('input', 7), counter('cacheRead', 5), counter('output', 3)]) told.reported(point);
      if (other !== null && late) told.emit(other);
      told.finish();
      const calls = emitted.filter((record) => record.kind === 'llm_call' && record.status === 'ok');
      const alone = other === null || other === failed;
      expect(calls).toMatchObject(
        alone ? [{ input_tokens: 12, output_tokens: 3, attributes: { signal: 'metric' } }] : [other],
      );
      expect(emitted.filter(({ kind }) => kind === 'metric')).toHaveLength(3);
    }
  }
});

test('what an answer that broke off had used is what the client printed in all, less what its telemetry told', () => {
  const attempt: RecordDraft = {
    kind: 'llm_call',
    provider: 'anthropic',
    model: 'm',
    status: 'error',
    origin: 'stdout',
    message_id: 'attempt:1',
    attributes: { retried: true },
  };
  const printed: RecordDraft = {
    ...sum,
    input_tokens: 100,
    cache_read_tokens: 80,
    message_id: 'm-1',
    request_id: 'r-1',
  };
  const rest: RecordDraft = { ...sum, input_tokens: 100, cache_read_tokens: 80, output_tokens: 43 };
  const whole: RecordDraft = { ...printed, origin: 'otlp', output_tokens: 42 };
  const broken = {
    status: 'error',
    message_id: 'attempt:1',
    input_tokens: 100,
    cache_read_tokens: 80,
    output_tokens: 1,
  };
  const outcomes: readonly [lines: RecordDraft[], reports: RecordDraft[], found: object[]][] = [
    [[attempt, printed, rest], [whole], [broken]],
    // Refused before it answered: nothing is left.
    [[attempt, { ...printed, output_tokens: 42 }], [whole], []],
    // Telemetry did not tell of a call that was printed.
    [[attempt, printed, { ...printed, request_id: 'r-2' }, rest], [whole], []],
    [[printed, rest], [whole], []],
  ];
  for (const [lines, reports, found] of outcomes) {
    const emitted: RecordDraft[] = [];
    const told = createToldOnce((record) => emitted.push(record));
    for (const line of lines) told.emit(line);
    for (const report of reports) told.reported(report);
    told.finish();
    expect(emitted.filter(({ attributes }) => attributes?.['usage_incomplete'] === true)).toMatchObject(found);
  }
});
