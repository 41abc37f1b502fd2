import { systemClock as clock } from '@telltale/runtime/clock';
import { refusal, startScriptedGateway, taken } from '@telltale/sdk/test-support/scripted-gateway';
import { temporaryFolder } from '@telltale/sdk/test-support/temporary-folder';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { quietLog as log } from '../test-support/watch-command.ts';
import { reportCalls } from './report-calls.ts';

const run = { taskId: 'task-1', runId: 'run-1', agentId: 'coder', crewId: 'crew', sessionId: null };

test('what a runner could not say of its calls when it ended is said by the next one with the same key', async () => {
  await using gateway = await startScriptedGateway();
  gateway.answer = () => refusal('unavailable');
  const options = {
    url: gateway.url,
    key: 'tt_0123456789ab_secret',
    team: undefined,
    spoolRoot: temporaryFolder(),
    clock,
    log,
  };
  {
    await using reports = await reportCalls(options);
    reports.trackerFor(run).recordCall({ serviceName: 'repo-pool', operation: 'lease', durationMs: 12, success: true });
    await until(() => gateway.seen.length > 0);
  }
  const stored: unknown[] = [];
  gateway.answer = (batch) => {
    stored.push(...batch.records);
    return taken(batch);
  };
  await using _next = await reportCalls(options);
  await until(() => stored.length > 0);
  expect(stored).toMatchObject([
    { kind: 'service_call', service_name: 'repo-pool', agent_id: 'coder', run_id: 'run-1', task_id: 'task-1' },
  ]);
});
