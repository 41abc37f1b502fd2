import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startScriptedGateway } from '@telltale/sdk/test-support/scripted-gateway';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { plainEnvironment } from '../test-support/watch-command.ts';
import { readAttachTarget } from '../run/attach-target.ts';
import { startTestKeeper } from '../test-support/test-keeper.ts';

/** A program that nobody of ours started: a parent with a child, in a folder of its own. */
async function startForeign(cwd: string, ...more: string[]): Promise<ChildProcess & { pid: number }> {
  mkdirSync(cwd, { recursive: true });
  const script = 'sleep 600 & trap "kill $!; exit 7" TERM; echo up; wait';
  const child = spawn('sh', ['-c', script, 'foreign', ...more], {
    cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  // Before that a signal would end it by itself.
  await once(child.stdout, 'data');
  return Object.assign(child, { pid: child.pid ?? 0 });
}
const identity = { agent_id: 'stranger' };

test.concurrent('a process that somebody else started is watched until its end, whose code stays unknown', async () => {
  await using gateway = await startScriptedGateway();
  await using t = await startTestKeeper(gateway.url);
  const records = () => gateway.seen.flatMap((batch) => batch.records);
  const foreign = await startForeign(
    join(t.dataDir, 'work'),
    '--api-key=sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789',
  );
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: join(t.dataDir, 'work'), env: plainEnvironment });
  git('init', '-q', '-b', 'main', '.');
  git('commit', '-q', '--allow-empty', '-m', 'before');
  // Somebody is watched already: the sampler has seen the foreign child before it is asked whose it is.
  const other = await t.keeper.startRun({
    team_id: 'red',
    argv: ['sleep', '600'],
    cwd: t.dataDir,
    identity: { agent_id: 'other' },
  });
  const { run_id } = await t.keeper.attach({ team_id: 'red', pid: foreign.pid, identity, enforce: false });
  await expect(t.keeper.attach({ team_id: 'red', pid: foreign.pid, identity, enforce: false })).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining(run_id),
  });
  const samples = () => records().filter((one) => one.kind === 'process_sample' && one['run_id'] === run_id);
  await until(() => samples().some(({ processes }) => processes === 2), { what: 'a sample of both processes' });
  expect(await t.keeper.stopRun(run_id, 'user:ada')).toMatch(/only watched/);
  expect(await t.keeper.commandRun(run_id, 'pause', 'user:ada')).toMatch(/only watched/);

  // In its working folder, by whoever it is.
  git('commit', '-q', '--allow-empty', '-m', 'meanwhile');
  process.kill(foreign.pid, 'SIGTERM');
  expect(await t.keeper.waitRun(run_id)).toMatchObject({ end_reason: 'unknown', exit_code: null, pid: foreign.pid });
  const events = () => records().filter((one) => one.kind === 'run_event' && one['run_id'] === run_id);
  await until(() => events().some(({ event }) => event === 'ended'));
  const commits = () => records().filter((one) => one.kind === 'git_activity');
  await until(() => commits().length > 0, { what: 'the commit' });
  expect(
    commits().map((one) => [
      one['run_id'],
      one['agent_id'],
      one['operation'],
      one['branch'],
      one['message'],
      one['origin'],
    ]),
  ).toEqual([[run_id, 'stranger', 'commit', 'main', 'meanwhile', 'refs']]);
  const [attached, ended] = [events()[0], events().at(-1)];
  expect(attached).toMatchObject({ event: 'attached', pid: foreign.pid, agent_id: 'stranger' });
  expect(attached?.['attributes']).toMatchObject({
    output_capture: 'not captured',
    exit_code: 'unknown',
    enforced: false,
  });
  expect(JSON.stringify(attached)).not.toContain('abcdefghijklmnop');
  expect(ended).toMatchObject({ reason: 'unknown', attributes: { exit_code: 'unknown', detached: false } });
  expect(ended).not.toHaveProperty('exit_code');
  await t.keeper.stopRun(other.run_id, 'the test');
});

test.concurrent('limits and a stop act on it only where that was granted', async () => {
  await using gateway = await startScriptedGateway();
  await using t = await startTestKeeper(gateway.url);
  const limits = { timeout: 300 };
  const watched = await startForeign(join(t.dataDir, 'watched'));
  const held = await startForeign(join(t.dataDir, 'held'));
  const first = await t.keeper.attach({ team_id: 'red', pid: watched.pid, identity, enforce: false, limits });
  const second = await t.keeper.attach({ team_id: 'red', pid: held.pid, identity, enforce: true, limits });
  expect(await t.keeper.waitRun(second.run_id)).toMatchObject({ end_reason: 'timeout', survivors: 0 });
  await until(() => held.exitCode === 7);
  const limited = (run_id: string) =>
    gateway.seen
      .flatMap((batch) => batch.records)
      .some((one) => one['run_id'] === run_id && one['reason'] === 'timeout');
  await until(() => limited(first.run_id), { what: 'the limit of the watched one, told and not acted on' });
  expect(watched.exitCode).toBeNull();

  expect(await t.keeper.detach(first.run_id)).toBe('detached');
  expect(await t.keeper.waitRun(first.run_id)).toMatchObject({ end_reason: 'unknown' });
  expect(watched.exitCode).toBeNull();
  await expect(t.keeper.detach('nobody')).rejects.toMatchObject({ code: 'no_such_run' });
  process.kill(watched.pid, 'SIGTERM');
  await until(() => watched.exitCode === 7);
});

test.concurrent('where its parent is only watched, a stop still ends what it was granted for, and that alone', async () => {
  await using gateway = await startScriptedGateway();
  await using t = await startTestKeeper(gateway.url);
  const foreign = await startForeign(join(t.dataDir, 'work'));
  const childrenOf = (pid: number): number[] =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
      .split(' ')
      .flatMap((one) => Number(one) || []);
  await until(() => childrenOf(foreign.pid).length === 1);
  const [child = 0] = childrenOf(foreign.pid);
  const attach = (pid: number, enforce: boolean) =>
    t.keeper.attach({ team_id: 'red', pid, identity, enforce, grace_ms: 200 });
  const parent = await attach(foreign.pid, false);
  const { run_id } = await attach(child, true);
  await until(() =>
    gateway.seen
      .flatMap((batch) => batch.records)
      .some((one) => one.kind === 'process_sample' && one['run_id'] === parent.run_id && one['processes'] === 2),
  );
  await t.keeper.stopRun(run_id, 'user:ada');
  expect(await t.keeper.waitRun(run_id)).toMatchObject({ end_reason: 'cancelled', survivors: 0 });
  await until(() => !existsSync(`/proc/${child}`));
  foreign.kill('SIGKILL');
});

test.concurrent('the end of the keeper is not the end of what it only watched; what is not there cannot be watched', async () => {
  await using gateway = await startScriptedGateway();
  await using t = await startTestKeeper(gateway.url);
  const foreign = await startForeign(join(t.dataDir, 'work'));
  const { run_id } = await t.keeper.attach({ team_id: 'red', pid: foreign.pid, identity, enforce: true });
  const end = t.keeper.waitRun(run_id);
  await t.keeper.shutdown('the test', 100);
  expect(await end).toMatchObject({ end_reason: 'unknown' });
  await until(() => t.pid() === null);
  expect(foreign.exitCode).toBeNull();
  process.kill(foreign.pid, 'SIGTERM');
  await until(() => foreign.exitCode === 7);
  // Root may watch anybody's, anybody else their own.
  const stranger = readAttachTarget(process.ppid, (process.geteuid?.() ?? 0) + 1);
  expect(stranger).toEqual({
    refused: expect.stringContaining("another user's: only that user and root may watch it"),
  });
  const keeper = await t.open();
  await expect(keeper.attach({ team_id: 'red', pid: foreign.pid, identity, enforce: false })).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('no process'),
  });
});
