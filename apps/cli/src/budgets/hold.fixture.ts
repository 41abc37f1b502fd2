import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'node:http';
import { createGatewayBudgetPort } from '@telltale/agent-runner/budgets/gateway-budget-port';
import type { BudgetPort } from '@telltale/agent-runner/budgets/budget-port';
import { openTerms } from '@telltale/agent-runner/budgets/open-terms';
import { holdRun } from '@telltale/agent-runner/limits/hold-run';
import type { LimitReading } from '@telltale/agent-runner/limits/run-limits';
import { startMeteringProxy } from '@telltale/agent-runner/proxy/metering-proxy';
import { createRunEvents } from '@telltale/agent-runner/run/run-events';
import { aRecord } from '@telltale/testkit/records';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';

export const quiet = createLog({ service: 'test', level: 'silent' });

export type Asked = { model?: string; max_tokens?: number; bytes?: number };

/** A provider that answers as it likes within what it was asked for, and keeps its own ledger of it. */
export async function startLedger({
  random = Math.random,
  hold,
}: { random?: () => number; hold?: () => Promise<void> } = {}) {
  const ledger = { calls: 0, input: 0, output: 0 };
  let asks = 0;
  const server = createServer((asked, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      void (async () => {
        asks += 1;
        await hold?.();
        const body = Buffer.concat(chunks);
        const { model, max_tokens: most = 400 } = JSON.parse(body.toString()) as { model: string; max_tokens?: number };
        const input = Math.ceil(body.length * (0.2 + 0.8 * random()));
        const output = Math.ceil(most * random());
        ledger.calls += 1;
        ledger.input += input;
        ledger.output += output;
        const usage = { input_tokens: input, output_tokens: output };
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({ type: 'message', id: `m${ledger.calls}`, model, stop_reason: 'end_turn', usage }),
        );
      })();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ledger,
    /** Calls that reached it, answered or not. */
    asked: () => asks,
    /** US dollars at $3 and $15 a million, × 10^9. */
    nanoUsd: () => ledger.input * 3_000 + ledger.output * 15_000,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A run that makes calls, without a program: its proxy and what holds it, as `runWatched` puts them together. */
export async function startRun(options: {
  port: BudgetPort;
  upstream: string;
  agent?: string;
  task?: string;
  folder?: string;
  limits?: { usd?: number; tokens?: number };
}) {
  const { port, upstream, agent = 'builder' } = options;
  const runId = crypto.randomUUID();
  const identity = { agent_id: agent, run_id: runId, ...(options.task === undefined ? {} : { task_id: options.task }) };
  const events: RecordDraft[] = [];
  const records: Extract<RecordDraft, { kind: 'llm_call' }>[] = [];
  const ends: LimitReading[] = [];
  const runEvents = createRunEvents({
    argv: ['x'],
    redactions: 0,
    identity,
    attempt: undefined,
    sendsTaskStatus: false,
    streams: { stdin: 'ignore', stdout: null, stderr: null, terminal: false },
    emit: (record) => void events.push(record),
  });
  const terms = { port, ...(options.folder === undefined ? {} : { folder: options.folder }) };
  const held = await holdRun({
    limits: options.limits ?? {},
    cwd: '/nonexistent',
    held: await openTerms({ terms, identity, clock: systemClock, log: quiet }),
    events: runEvents,
    clock: systemClock,
    log: quiet,
  });
  held.begin({ cgroup: null, end: (reading) => void ends.push(reading), isBusy: () => false });
  const proxy = await startMeteringProxy({
    upstreams: [{ name: 'anthropic', base: new URL(upstream), provider: 'anthropic' }],
    onCall(call) {
      held.saw(call);
      records.push({ ...call, agent_id: agent, run_id: runId });
    },
    ...(held.gate === undefined ? {} : { gate: held.gate }),
    notices: held.notices,
    env: {},
    clock: systemClock,
  });
  const agentOf = new Agent({ keepAlive: true, maxSockets: 500 });

  return {
    runId,
    events,
    ends,
    gateMatters: held.gateMatters,
    /** The records of its calls as they would be stored. */
    calls: () => records.map((record) => aRecord('llm_call', { ...record, at: new Date().toISOString() })),
    call({ model = 'claude-sonnet-4-5', max_tokens, bytes = 200 }: Asked = {}) {
      const body = JSON.stringify({ model, max_tokens, messages: [{ role: 'user', content: 'x'.repeat(bytes) }] });
      const url = `${proxy.urls.get('anthropic') ?? ''}/v1/messages`;
      return new Promise<{ status: number; retry: unknown; notice: unknown; body: string }>((resolve, reject) => {
        const sent = request(url, { method: 'POST', agent: agentOf }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              retry: answer.headers['x-should-retry'],
              notice: answer.headers['telltale-limits'],
              body: Buffer.concat(chunks).toString(),
            }),
          );
        });
        sent.on('error', reject);
        sent.end(body);
      });
    },
    async [Symbol.asyncDispose]() {
      agentOf.destroy();
      await proxy[Symbol.asyncDispose]();
      await held[Symbol.asyncDispose]();
    },
  };
}

export const gatewayPort = (url: string, auth: { authorization: string }): BudgetPort =>
  createGatewayBudgetPort({ url, key: auth.authorization.slice('Bearer '.length), team: undefined });
