import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { startScriptedGateway } from '@telltale/sdk/test-support/scripted-gateway';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { openRunnerLink } from '../link/open-runner-link.ts';
import { startTestKeeper } from '../test-support/test-keeper.ts';
import { quietLog } from '../test-support/watch-command.ts';
import { readKeeperConfig, type KeeperConfig } from './keeper-config.ts';
import { claimFolder, leaveFolder } from './keeper-note.ts';
import { openKeeper } from './open-keeper.ts';
import { keeperProtocol } from './protocol.ts';

const env = { PATH: process.env['PATH'] };
const openAs = (folder: string, config: KeeperConfig) =>
  openKeeper({ folder, config, env, clock: systemClock, log: quietLog });
const sleeper = { team_id: 'red', argv: ['sleep', '600'], cwd: tmpdir(), identity: { agent_id: 'builder' } };

test.concurrent('an upgrade ends no run: the keeper of before goes on until it has none, and is replaced then', async () => {
  await using gateway = await startScriptedGateway();
  await using t = await startTestKeeper(gateway.url);
  const old = t.pid();
  const { run_id } = await t.keeper.startRun({ ...sleeper, run_id: 'through-it' });
  const link = { url: gateway.url, key: 'tt_test', keyFile: t.keyFile, dataDir: t.dataDir };
  const options = { gateway: link, sampleIntervalMs: 500, env, clock: systemClock, log: quietLog };
  await using upgraded = await openRunnerLink({ ...options, version: '9.9.9' });
  expect(await upgraded.keeper.hello()).toMatchObject({ pid: old, running: 1 });
  // It is of use meanwhile.
  const other = await upgraded.keeper.startRun({ ...sleeper, argv: ['true'] });
  expect(await upgraded.keeper.waitRun(other.run_id)).toMatchObject({ end_reason: 'completed' });
  expect(await upgraded.keeper.listRuns()).toContainEqual(expect.objectContaining({ run_id, status: 'running' }));

  await upgraded.keeper.stopRun(run_id, 'the test');
  await until(async () => (await upgraded.keeper.hello()).version === '9.9.9', { what: 'the new keeper' });
  expect(t.pid()).not.toBe(old);
  const after = await upgraded.keeper.startRun({ ...sleeper, argv: ['true'] });
  expect(await upgraded.keeper.waitRun(after.run_id)).toMatchObject({ end_reason: 'completed' });
});

test.concurrent('one without runs is replaced at once, also when it only reports elsewhere', async () => {
  await using gateway = await startScriptedGateway();
  await using t = await startTestKeeper(gateway.url);
  const config = readKeeperConfig(t.folder);
  const first = t.pid();
  const older = await openAs(t.folder, { ...config, version: '0.0.1' });
  expect(await older.hello()).toMatchObject({ version: '0.0.1', draining: false });
  const second = t.pid();
  await openAs(t.folder, { ...config, version: '0.0.1', url: 'http://127.0.0.1:1' });
  expect(new Set([first, second, t.pid()]).size).toBe(3);
});

/** A keeper of another time, in this process: it answers what a keeper of any protocol does. */
async function startOther(protocol: number, running: number, runningAtLast = running) {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-other-keeper-'));
  const socket = join(folder, 'keeper.sock');
  const asked: string[] = [];
  const hello = { protocol, version: '7.0.0', pid: process.pid, url: 'http://127.0.0.1:1', running, draining: false };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    // As a keeper does: first nobody answers any more, then the folder is free.
    if (request.url === '/shutdown') response.once('close', () => server.close(() => leaveFolder(folder)));
    if (request.url === '/drain') hello.running = runningAtLast;
    response.end(JSON.stringify(request.url === '/hello' ? hello : { outcome: 'done' }));
  });
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  claimFolder(folder, socket);
  const config = {
    url: 'http://127.0.0.1:1',
    key_file: join(folder, 'key'),
    spool_root: join(folder, 'spool'),
    sample_interval_ms: 500,
    version: '8.0.0',
  };
  return {
    asked,
    folder,
    open: () => openAs(folder, config),
    hello,
    async [Symbol.asyncDispose]() {
      leaveFolder(folder);
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test.concurrent('one that speaks the protocol of before is spoken to while it has runs', async () => {
  await using other = await startOther(keeperProtocol - 1, 2);
  const client = await other.open();
  expect(await client.hello()).toEqual(other.hello);
  expect(other.asked.every((question) => question === 'GET /hello')).toBe(true);
});

test.concurrent('one that nobody here understands keeps its runs, and the start says what to do', async () => {
  await using other = await startOther(keeperProtocol + 1, 2);
  await expect(other.open()).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/version 7\.0\.0.*2 runs, which go on; start this version when they have ended/),
  });
  expect(other.asked).toEqual(['GET /hello']);
});

test.concurrent('one that nobody here understands and that has no runs makes way', async () => {
  await using other = await startOther(keeperProtocol + 1, 0);
  const client = await other.open();
  expect(other.asked.slice(0, 4)).toEqual(['GET /hello', 'POST /drain', 'GET /hello', 'POST /shutdown']);
  expect(await client.hello()).toMatchObject({ version: '8.0.0', protocol: keeperProtocol });
  await client.shutdown('the test', 0);
  await until(async () => (await client.hello().catch(() => null)) === null);
});

test.concurrent('one that gets a run at the last moment is kept', async () => {
  await using other = await startOther(keeperProtocol, 0, 1);
  const client = await other.open();
  expect((await client.hello()).version).toBe('7.0.0');
  expect(other.asked.filter((question) => question === 'POST /drain')).toHaveLength(2);
  expect(other.asked).not.toContain('POST /shutdown');
});
