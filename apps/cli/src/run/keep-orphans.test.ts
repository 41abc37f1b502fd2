import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { startTestKeeper } from '@telltale/agent-runner/test-support/test-keeper';
import { startScriptedGateway } from '@telltale/sdk/test-support/scripted-gateway';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';

test('what a run leaves on purpose goes on, and the keeper of the host watches it from then on', async () => {
  await using gateway = await startScriptedGateway();
  await using t = await startTestKeeper(gateway.url);
  const env = {
    PATH: process.env['PATH'],
    XDG_STATE_HOME: t.dataDir,
    TELLTALE_DATA_DIR: t.dataDir,
    TELLTALE_URL: gateway.url,
    TELLTALE_API_KEY: 'tt_red_secret',
  };
  const main = join(import.meta.dirname, '../main.ts');
  // The last line is not waited for: what counts is said before it.
  const command = [main, 'run', '--quiet', '--keep-orphans', '--agent', 'leaver', '--team', 'red', '--'];
  const script = 'setsid sleep 600 > /dev/null 2>&1 & echo $!';
  const { out, err } = await new Promise<{ out: string; err: string }>((done) => {
    execFile(process.execPath, [...command, 'sh', '-c', script], { env }, (_error, out, err) => done({ out, err }));
  });
  const pid = Number(out.trim());
  const [, runId = ''] = new RegExp(`process ${pid} goes on and is watched as run (\\S+)`).exec(err) ?? [];
  expect(await t.keeper.listRuns()).toMatchObject([
    { run_id: runId, agent_id: 'leaver', team_id: 'red', attached: true, status: 'running', pid },
  ]);
  process.kill(pid);
  expect(await t.keeper.waitRun(runId)).toMatchObject({ end_reason: 'unknown', pid });
  const attached = () =>
    gateway.seen
      .flatMap(({ records }) => records)
      .find((one) => one['run_id'] === runId && one['event'] === 'attached');
  await until(() => attached() !== undefined);
  expect(attached()?.['parent_run_id']).toEqual(expect.any(String));
});
