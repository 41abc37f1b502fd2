import { createTestGateway, type TestGateway } from '@telltale/gateway/test-support/test-gateway';
import { seed } from '@telltale/gateway/test-support/seed';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { runCommandLine } from '../command-line.ts';
import { plainPage, type Page } from '../terminal/page.ts';

const started = Date.now() - 25 * 60_000;
const at = (seconds: number): string => new Date(started + seconds * 1_000).toISOString();

const own = { agent_id: 'builder', session_id: 's-1', task_id: 't-1', run_id: 'r-1', crew_id: 'crew', host: 'vm' };
const other = { agent_id: 'tester', session_id: 's-2' };

/** One agent's failed run and task with everything in it, and a smaller session of another agent. */
const records: TelemetryRecord[] = [
  aRecord('task_event', { ...own, at: at(0), event_type: 'status', status: 'RUNNING', inputs: { symbol: 'X', n: 1 } }),
  aRecord('run_event', { ...own, at: at(1), event: 'started', pid: 7, command: '/usr/bin/make all' }),
  aRecord('process_sample', {
    ...own,
    at: at(2),
    pid: 7,
    cpu_percent: 90.5,
    memory_bytes: 300 * 1024 ** 2,
    processes: 3,
  }),
  aRecord('llm_call', {
    ...own,
    at: at(5),
    model: 'sonnet',
    input_tokens: 100_000,
    output_tokens: 1_000,
    duration_ms: 6_400,
  }),
  aRecord('llm_call', { ...own, at: at(6), model: 'haiku', input_tokens: 50, output_tokens: 5, duration_ms: 100 }),
  aRecord('llm_call', { ...own, at: at(7), model: 'novel', status: 'error', error_message: 'overloaded' }),
  aRecord('tool_call', { ...own, at: at(8), tool_name: 'bash', duration_ms: 30, input_preview: 'ls' }),
  aRecord('tool_call', {
    ...own,
    at: at(9),
    tool_name: 'bash',
    duration_ms: 50,
    success: false,
    error_message: 'no such file',
  }),
  aRecord('service_call', { ...own, at: at(9), service_name: 'github', duration_ms: 5_250 }),
  aRecord('git_activity', {
    ...own,
    at: at(10),
    operation: 'commit',
    branch: 'main',
    sha: 'abcdef1234',
    message: 'one',
  }),
  aRecord('agent_step', { ...own, at: at(10), name: 'plan', duration_ms: 1_500, summary: 'think first' }),
  aRecord('log_entry', { ...own, at: at(11), message: 'careful', level: 'warning' }),
  aRecord('task_event', { ...own, at: at(12), event_type: 'status', status: 'FAILED', error_message: 'it broke' }),
  aRecord('run_event', { ...own, at: at(13), event: 'ended', reason: 'failed', exit_code: 2 }),
  aRecord('llm_call', { ...other, at: at(20), model: 'haiku', input_tokens: 10, output_tokens: 1, duration_ms: 90 }),
];

const prices = new Map([
  ['sonnet', '1.25'],
  ['haiku', '0.0042'],
]);

export type Answer = { code: number; out: string; said: string[] };

/** A gateway with those records in team `red`, and the command line as a person of that team uses it. */
export async function createAskedGateway() {
  const t: TestGateway = await createTestGateway();
  await seed(t.databaseUrl, 'red', records, prices);
  const key = (await t.as('red', 'read')).authorization.slice('Bearer '.length);
  const env = { TELLTALE_URL: t.gateway.url, TELLTALE_API_KEY: key };

  return {
    env,
    /** That of the operator, who may ask about any team. */
    operatorEnv: { ...env, TELLTALE_API_KEY: t.operator.authorization.slice('Bearer '.length) },
    /** That of another team, which has these records. */
    async envOf(team: string, its: TelemetryRecord[]) {
      await seed(t.databaseUrl, team, its, prices);
      const own = (await t.as(team, 'read')).authorization.slice('Bearer '.length);
      return { ...env, TELLTALE_API_KEY: own };
    },
    /** What the gateway itself answers. */
    async rest(path: string): Promise<unknown> {
      const response = await fetch(`${t.gateway.url}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } });
      return response.json();
    },
    /** Types `telltale …`; times are made alike, so that what is shown can be compared. */
    async type(line: string, page: Page = plainPage, as: Record<string, string> = env): Promise<Answer> {
      const said: string[] = [];
      let out = '';
      const code = await runCommandLine(line.split(' '), {
        env: as,
        page: () => page,
        out: (text) => (out += text),
        say: (text) => void said.push(text),
        exitCode: 0,
      });
      return { code, out: alike(out), said: said.map(alike) };
    },
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  };
}

const alike = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, 'YYYY-MM-DD hh:mm:ssZ')
    .replaceAll(/\d+m \d\ds ago/g, 'XXm XXs ago')
    .replaceAll(/for \d+ min/g, 'for XX min');
