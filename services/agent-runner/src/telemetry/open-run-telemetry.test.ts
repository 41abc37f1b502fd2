import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { createRedactor } from '@telltale/sdk/capture/redactor';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { until } from '@telltale/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { openRunTelemetry } from './open-run-telemetry.ts';

const usage = { input_tokens: 9_000, output_tokens: 77, cached_input_tokens: 6_000, reasoning_output_tokens: 33 };
const newId = createUuidV7();

/** What is told of a Codex that wrote down one answer and reported nothing. */
async function toldOf(argv: readonly string[], more: Record<string, string>, printed: readonly RecordDraft[] = []) {
  const home = mkdtempSync(join(tmpdir(), 'telltale-untold-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const [records, session]: [RecordDraft[], string] = [[], newId()];
  let looks = 0;
  const codex = join(home, more['CODEX_HOME'] || '.codex');
  mkdirSync(codex, { recursive: true });
  const telemetry = await openRunTelemetry({
    wanted: true,
    argv,
    cwd: home,
    env: { HOME: home, ...more },
    telltaleUrl: 'http://127.0.0.1:4400',
    folder: null,
    identity: { agent_id: 'coder', run_id: newId() },
    redactor: createRedactor({ secrets: [] }),
    emit: (record) => void records.push(record),
    clock: systemClock,
  });
  telemetry.know(() => {
    looks += 1;
    return [process.pid];
  });
  const folder = join(codex, 'sessions/2026/03/01');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `rollout-${session}.jsonl`);
  const at = new Date(systemClock.now() + 1_000).toISOString();
  const lines = [
    { timestamp: at, type: 'session_meta', payload: { id: session, model_provider: 'openai' } },
    { timestamp: at, type: 'turn_context', payload: { model: 'gpt-5' } },
    { timestamp: at, type: 'token_usage_record', payload: { response_id: 'resp_1', usage } },
  ];
  writeFileSync(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  const fd = openSync(path, 'a');
  await until(() => {
    writeSync(fd, '\n');
    return looks > 0;
  });
  closeSync(fd);
  for (const record of printed) telemetry.emit(record);
  await telemetry.finish();
  return records;
}

test.each([
  [['codex', 'exec', 'hi'], { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }],
  [['sh', '-c', 'codex exec hi'], { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://mine.example:4317' }],
  [['codex', 'exec', 'hi'], { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4400' }],
  [['codex', '-c', 'otel.exporter="none"', 'exec', 'hi'], {}],
  [['sh', '-c', 'codex exec hi'], { CODEX_HOME: '' }],
  [['sh', '-c', 'codex exec hi'], { CODEX_HOME: 'mine/codex' }],
])('what Codex wrote down counts where it reports to nobody or somewhere else: %j with %j', async (argv, env) => {
  expect(await toldOf(argv, env)).toMatchObject([
    { kind: 'llm_call', model: 'gpt-5', message_id: 'resp_1', input_tokens: 9_000, output_tokens: 77 },
  ]);
});

function openOne(env: Record<string, string>, records: RecordDraft[]) {
  return openRunTelemetry({
    wanted: true,
    argv: ['sh', '-c', 'telltale run -- claude -p hi'],
    cwd: '/',
    env: { HOME: '/nonexistent', ...env },
    telltaleUrl: undefined,
    folder: null,
    identity: { agent_id: 'coder', run_id: newId() },
    redactor: createRedactor({ secrets: [] }),
    emit: (record) => void records.push(record),
    clock: systemClock,
  });
}

const call: RecordDraft = { kind: 'llm_call', model: 'm', status: 'error', origin: 'stdout' };
const line: RecordDraft = { kind: 'log_entry', level: 'info', source: 'stdout', message: 'hi' };
const tool: RecordDraft = { kind: 'tool_call', tool_name: 'bash', tool_call_id: 't-1', success: true };
const withId = (id: string): RecordDraft => ({ ...call, message_id: id });

test.each(['first', 'last'])(
  'what a run within tells by itself is left to it, whichever hears of it %s',
  async (who) => {
    const [outer, middle, inner]: [RecordDraft[], RecordDraft[], RecordDraft[]] = [[], [], []];
    const around = await openOne({}, outer);
    const between = await openOne(around.variables, middle);
    const within = await openOne(between.variables, inner);
    const printed = [withId('msg_1'), tool, line, { ...call, input_tokens: 5 }];
    const runs = who === 'first' ? [within, between, around] : [around, between, within];
    for (const run of runs) for (const record of printed) run.emit(record);
    for (const run of [within, between, around]) await run.finish();
    expect(inner).toHaveLength(printed.length);
    expect([middle, outer]).toEqual([[line], [line]]);
  },
);

test('what is printed beside a run within, and after its end, is still told', async () => {
  const [outer, inner]: [RecordDraft[], RecordDraft[]] = [[], []];
  const around = await openOne({}, outer);
  around.emit(withId('before'));
  const within = await openOne(around.variables, inner);
  within.emit(withId('inner'));
  for (const record of [withId('beside'), tool]) around.emit(record);
  await within.finish();
  await until(() => outer.length === 3);
  around.emit(withId('inner'));
  around.emit(withId('after'));
  await around.finish();
  expect(outer).toEqual([withId('before'), withId('beside'), tool, withId('after')]);
  expect(inner).toEqual([withId('inner')]);
});

test('of a run within that is killed what it had not told is told around it', async () => {
  const records: RecordDraft[] = [];
  const around = await openOne({}, records);
  const url = `${around.variables['TELLTALE_RUN_OTLP']}/within`;
  const request = httpRequest(url, { method: 'POST', agent: false });
  request.on('error', () => undefined);
  request.flushHeaders();
  await once(request, 'response');
  around.emit(tool);
  expect(records).toEqual([]);
  request.destroy();
  await until(() => records.length === 1);
  await around.finish();
});

test('the sum that it prints of the same turn does not count beside it', async () => {
  const sum: RecordDraft = { kind: 'llm_call', model: 'gpt-5', status: 'ok', origin: 'stdout', input_tokens: 9_000 };
  const told = await toldOf(['codex', 'exec', '--json', 'hi'], { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, [sum]);
  expect(told).toMatchObject([{ origin: 'transcript', message_id: 'resp_1' }]);
});
