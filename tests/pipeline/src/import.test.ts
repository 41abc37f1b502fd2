import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '@telltale/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { repositoryRoot, startProduct } from './start-product.ts';

type Sums = { llm_calls: number; input_tokens: number; output_tokens: number; tool_calls: number; cost_usd: number };
type Delivery = { total: { issued: number; stored: number; dead_lettered: number } };

const samples = join(repositoryRoot, 'apps/cli/src/import/samples/home');
const run = promisify(execFile);

test('transcripts are imported once however often it is run, what was added to them too, and old days are kept', async () => {
  await using product = await startProduct();
  const home = mkdtempSync(join(tmpdir(), 'telltale-import-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  cpSync(samples, home, { recursive: true });
  const bring = async (): Promise<{ calls: number; tools: number; known: number }> => {
    const { stdout } = await run(process.execPath, [join(repositoryRoot, 'apps/cli/src/main.ts'), 'import', '--json'], {
      env: { PATH: process.env['PATH'], HOME: home, TELLTALE_URL: product.url, TELLTALE_API_KEY: product.key },
    });
    return JSON.parse(stdout) as { calls: number; tools: number; known: number };
  };
  const totals = (calls: number): Promise<Sums> =>
    until(
      async () => {
        const sums = await product.get<Sums>('/metrics/summary?period=all');
        return sums.llm_calls === calls ? sums : null;
      },
      { timeoutMs: 30_000, what: `${calls} calls counted` },
    );

  // One conversation was seen live, in a run: its first call and its tool.
  const seen = {
    v: 1,
    agent_id: 'claude',
    run_id: 'r-1',
    session_id: '017172dc-b36a-4ec6-80bd-90f903a75794',
    at: '2026-11-21T20:44:57.050Z',
  };
  const live = await product.post('/telemetry', {
    records: [
      {
        ...seen,
        kind: 'llm_call',
        model: 'claude-sonnet-5',
        status: 'ok',
        origin: 'otlp',
        input_tokens: 20_012,
        output_tokens: 42,
        cache_read_tokens: 18_000,
        cache_write_5m_tokens: 1_500,
        cache_write_1h_tokens: 500,
        request_id: 'req_1795293896001',
      },
      { ...seen, kind: 'tool_call', tool_name: 'Bash', tool_call_id: 'toolu_1795293896001', success: true },
    ],
  });
  expect(live.status).toBe(202);
  await totals(1);

  expect(await bring()).toMatchObject({ calls: 10, tools: 3, known: 0 });
  const first = await totals(10);
  expect(first).toMatchObject({ input_tokens: 6 * 20_012 + 2 * 9_000 + 2 * 900, tool_calls: 4 });

  // An old conversation, and one that went on.
  const folder = join(home, '.claude/projects/-home-me-work');
  const session = join(folder, '017172dc-b36a-4ec6-80bd-90f903a75794.jsonl');
  const line = readFileSync(session, 'utf8')
    .split('\n')
    .find((text) => text.includes('"end_turn"'));
  const again = (uuid: string, id: string, at: string): string =>
    `${(line ?? '')
      .replace(/"uuid":"[^"]*"/, `"uuid":"${uuid}"`)
      .replace(/"id":"msg_[^"]*"/, `"id":"${id}"`)
      .replace(/"requestId":"[^"]*"/, `"requestId":"req-${id}"`)
      .replace(/"timestamp":"[^"]*"/, `"timestamp":"${at}"`)}\n`;
  appendFileSync(session, again('11111111-1111-4111-8111-111111111111', 'msg_new', new Date().toISOString()));
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'old.jsonl'),
    again('22222222-2222-4222-8222-222222222222', 'msg_old', '2025-03-04T05:06:07.000Z'),
  );

  expect(await bring()).toMatchObject({ calls: 2, tools: 0 });
  const second = await totals(12);
  expect(second.input_tokens - first.input_tokens).toBe(2 * 20_012);
  expect(await bring()).toMatchObject({ calls: 0, tools: 0 });
  const march = await product.get<Sums>('/metrics/summary?from=2025-03-04T00:00:00Z&to=2025-03-05T00:00:00Z');
  expect(march).toMatchObject({ llm_calls: 1, input_tokens: 20_012 });
  const { total } = await product.get<Delivery>('/monitoring/delivery');
  expect(total).toMatchObject({ dead_lettered: 0 });
  const { llm_calls, input_tokens, output_tokens, tool_calls, cost_usd } = second;
  expect(await totals(12)).toMatchObject({ llm_calls, input_tokens, output_tokens, tool_calls, cost_usd });
}, 120_000);
