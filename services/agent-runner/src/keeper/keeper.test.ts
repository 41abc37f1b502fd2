import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProvider } from '@telltale/testkit/fake-provider';
import { startScriptedGateway } from '@telltale/sdk/test-support/scripted-gateway';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { startTestKeeper } from '../test-support/test-keeper.ts';
import { livingKeeper } from './keeper-note.ts';
import type { RunSpec } from './protocol.ts';

const sh = (script: string, more: Partial<RunSpec> = {}): RunSpec => ({
  team_id: 'red',
  argv: ['sh', '-c', script],
  cwd: tmpdir(),
  identity: { agent_id: 'builder' },
  ...more,
});

test.concurrent('a keeper runs what it is asked to, tells the end, and reports it', async () => {
  await using gateway = await startScriptedGateway();
  await using t = await startTestKeeper(gateway.url);
  const folder = mkdtempSync(join(t.dataDir, 'files-'));
  const stdin_file = join(t.dataDir, 'key');
  const spec = sh('cat; echo "$COLOUR" >&2; exit 3', {
    run_id: 'run-1',
    env: { COLOUR: 'blue', PATH: process.env['PATH'] ?? '' },
    stdin_file,
    stdout_file: join(folder, 'out'),
    stderr_file: join(folder, 'err'),
  });
  expect(await t.keeper.startRun(spec)).toEqual({ run_id: 'run-1', known: false });
  const end = await t.keeper.waitRun('run-1');
  expect(end).toMatchObject({ run_id: 'run-1', end_reason: 'failed', exit_code: 3, signal: null, lines: 2 });
  expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('tt_test');
  expect(readFileSync(join(folder, 'err'), 'utf8')).toBe('blue\n');
  expect(statSync(join(folder, 'out')).mode & 0o777).toBe(0o600);
  // Asked again, it is started no second time, and its end is still known.
  expect(await t.keeper.startRun(spec)).toEqual({ run_id: 'run-1', known: true });
  expect(await t.keeper.waitRun('run-1')).toEqual(end);
  expect(await t.keeper.listRuns()).toMatchObject([{ run_id: 'run-1', status: 'ended', end: { exit_code: 3 } }]);
  await t.keeper.forgetRun('run-1');
  expect(await t.keeper.listRuns()).toEqual([]);
  await expect(t.keeper.waitRun('run-1')).rejects.toMatchObject({ code: 'no_such_run' });

  const records = () => gateway.seen.flatMap((batch) => batch.records);
  await until(() => records().some(({ event }) => event === 'ended'), { what: 'the end in the gateway' });
  expect(new Set(records().map(({ run_id }) => run_id))).toEqual(new Set(['run-1']));
  expect(gateway.urls.every((url) => url.includes('team_id=red'))).toBe(true);
});

test.concurrent('it stops, pauses and resumes runs, and says what could not be started', async () => {
  await using gateway = await startScriptedGateway();
  await using t = await startTestKeeper(gateway.url);
  const { run_id } = await t.keeper.startRun(sh('echo up; sleep 60'));
  expect(await t.keeper.commandRun(run_id, 'pause', 'user:ada')).toBe('paused');
  expect(await t.keeper.commandRun(run_id, 'resume', 'user:ada')).toBe('resumed');
  expect(await t.keeper.stopRun(run_id, 'user:ada')).toBe('stopping');
  expect(await t.keeper.waitRun(run_id)).toMatchObject({ end_reason: 'cancelled', exit_code: 143, survivors: 0 });
  expect(await t.keeper.stopRun(run_id, 'user:ada')).toBe('ended before');

  const leaver = await t.keeper.startRun(sh('setsid sleep 600 > /dev/null 2>&1 & sleep 0.5', { keep_orphans: true }));
  expect(await t.keeper.waitRun(leaver.run_id)).toMatchObject({ end_reason: 'completed', survivors: 1 });
  const watched = (await t.keeper.listRuns()).find(({ attached, status }) => attached && status === 'running');
  expect(watched).toMatchObject({ agent_id: 'builder', pid: expect.any(Number) });
  process.kill(watched?.pid ?? 0);
  expect(await t.keeper.waitRun(watched?.run_id ?? '')).toMatchObject({ end_reason: 'unknown' });

  const missing = await t.keeper.startRun({ ...sh(''), argv: ['/no/such/program'] });
  expect(await t.keeper.waitRun(missing.run_id)).toMatchObject({ end_reason: 'failed', exit_code: 127 });
  const noFile = await t.keeper.startRun(sh('true', { stdin_file: '/no/such/file' }));
  expect(await t.keeper.waitRun(noFile.run_id)).toMatchObject({ end_reason: 'failed', exit_code: 125 });
  await expect(t.keeper.startRun({ ...sh(''), argv: [] })).rejects.toMatchObject({ code: 'invalid' });
  await t.keeper.drain(true);
  await expect(t.keeper.startRun(sh('true'))).rejects.toMatchObject({ code: 'closing' });
  await t.keeper.drain(false);
  const after = await t.keeper.startRun(sh('true'));
  expect(await t.keeper.waitRun(after.run_id)).toMatchObject({ end_reason: 'completed' });
});

test.concurrent('only this user may speak to it, and its runs find no secret of Telltale in it', async () => {
  await using gateway = await startScriptedGateway();
  await using t = await startTestKeeper(gateway.url);
  const note = livingKeeper(t.folder);
  expect(statSync(note?.socket ?? '').mode & 0o777).toBe(0o600);
  expect(statSync(t.folder).mode & 0o777).toBe(0o700);
  expect(readFileSync(`/proc/${note?.pid}/environ`, 'utf8')).not.toContain('TELLTALE_');
});

test.concurrent('there is one keeper a folder, however many ask for one at once', async () => {
  await using gateway = await startScriptedGateway();
  await using t = await startTestKeeper(gateway.url);
  const first = t.pid();
  await Promise.all([t.open(), t.open(), t.open()]);
  expect(t.pid()).toBe(first);
  process.kill(first ?? 0, 'SIGKILL');
  await until(() => t.pid() === null);
  await Promise.all([t.open(), t.open(), t.open()]);
  const second = t.pid();
  expect(second).not.toBe(first);
  expect(await t.keeper.hello()).toMatchObject({ pid: second, running: 0 });
});

test.concurrent('when it is asked to end, its runs end first, also those that do not listen', async () => {
  await using gateway = await startScriptedGateway();
  await using t = await startTestKeeper(gateway.url);
  const marker = join(t.dataDir, 'deaf');
  const deaf = await t.keeper.startRun(sh(`trap '' TERM; touch ${marker}; while :; do sleep 0.05; done`));
  const polite = await t.keeper.startRun(sh('sleep 60'));
  await until(() => existsSync(marker));
  const told = [deaf, polite].map(({ run_id }) => t.keeper.waitRun(run_id));
  await t.keeper.shutdown('user:ada', 100);
  expect(await Promise.all(told)).toMatchObject([
    { end_reason: 'cancelled', survivors: 0 },
    { end_reason: 'cancelled', survivors: 0 },
  ]);
  await until(() => t.pid() === null);
  expect(existsSync(livingKeeper(t.folder)?.socket ?? join(t.folder, 'keeper.sock'))).toBe(false);
  // What it could not send in the moment that it has for it, the next one sends.
  await t.open();
  const ends = () => gateway.seen.flatMap(({ records }) => records).filter(({ event }) => event === 'ended');
  const reasons = () => new Map(ends().map(({ run_id, reason }) => [run_id, reason]));
  await until(() => reasons().size === 2, { what: 'both ends behind the door' });
  expect([...reasons().values()]).toEqual(['cancelled', 'cancelled']);
});

test.concurrent('a gateway that is away changes no run, and what was said meanwhile arrives when it is back', async () => {
  const before = await startScriptedGateway();
  await using t = await startTestKeeper(before.url);
  const out = join(t.dataDir, 'out');
  const script = 'i=0; while [ ! -e stop ]; do i=$((i+1)); echo "line $i"; sleep 0.1; done';
  const { run_id } = await t.keeper.startRun(sh(script, { cwd: t.dataDir, stdout_file: out }));
  const printed = () => (existsSync(out) ? readFileSync(out, 'utf8').trim().split('\n') : []);
  const heard = ({ seen }: { seen: typeof before.seen }) =>
    seen.flatMap(({ records }) => records).filter(({ kind }) => kind === 'log_entry');
  await until(() => heard(before).length > 0);
  await before[Symbol.asyncDispose]();
  const atFirst = printed().length;
  await until(() => printed().length > atFirst + 5, { what: 'more lines while the gateway is away' });
  expect(await t.keeper.listRuns()).toMatchObject([{ run_id, status: 'running' }]);
  await using after = await startScriptedGateway(before.port);
  writeFileSync(join(t.dataDir, 'stop'), '');
  expect(await t.keeper.waitRun(run_id)).toMatchObject({ end_reason: 'completed' });
  const told = () => new Set([...heard(before), ...heard(after)].map(({ message }) => String(message)));
  await until(() => told().size === printed().length, { timeoutMs: 25_000, what: 'all lines behind the door' });
  expect(told()).toEqual(new Set(printed()));
});

test.concurrent('what a killed keeper leaves behind is ended by the next one and told as lost, and what was attached is watched again', async () => {
  await using gateway = await startScriptedGateway();
  await using t = await startTestKeeper(gateway.url);
  const script = 'setsid env -i sh -c "trap : TERM; while :; do sleep 0.1; done" & sleep 600';
  const { run_id } = await t.keeper.startRun(sh(script, { run_id: 'left' }));
  const foreign = spawn('sleep', ['600'], { stdio: 'ignore' });
  const attached = { team_id: 'red', pid: foreign.pid ?? 0, identity: { agent_id: 'stranger' }, enforce: false };
  await t.keeper.attach({ ...attached, run_id: 'watched' });
  const over = await t.keeper.startRun(sh('true'));
  await t.keeper.waitRun(over.run_id);
  const members = () => processesOf(run_id);
  await until(() => members().length > 1, { what: 'the tree' });
  process.kill(t.pid() ?? 0, 'SIGKILL');
  await until(() => t.pid() === null);
  expect(members()).not.toEqual([]);
  await t.open();
  // Asked for again, it is begun no second time.
  expect(await t.keeper.startRun(sh('true', { run_id }))).toEqual({ run_id, known: true });
  expect(await t.keeper.waitRun(run_id)).toMatchObject({ end_reason: 'lost', exit_code: null, survivors: 0 });
  expect(members()).toEqual([]);
  const events = () =>
    gateway.seen
      .flatMap(({ records }) => records)
      .filter(({ kind, event }) => kind === 'run_event' && event === 'ended');
  const lost = () => events().filter(({ reason }) => reason === 'lost');
  await until(() => lost().length > 0, { what: 'the end behind the door' });
  expect(lost().map((end) => [end['run_id'], end['agent_id']])).toEqual([[run_id, 'builder']]);
  expect(await t.keeper.listRuns()).toContainEqual(
    expect.objectContaining({ run_id: 'watched', status: 'running', attached: true, pid: foreign.pid }),
  );
  expect(foreign.exitCode).toBeNull();
  foreign.kill();
  expect(await t.keeper.waitRun('watched')).toMatchObject({ end_reason: 'unknown' });
  expect(readdirSync(join(t.folder, 'runs'))).toEqual([]);
});

test.concurrent('tokens that are spent without progress end a run, and it is refused further calls', async () => {
  await using gateway = await startScriptedGateway();
  await using provider = await startProvider((_request, response) => {
    const usage = { input_tokens: 600, output_tokens: 10 };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id: 'msg_1', type: 'message', model: 'claude-sonnet-4-5', content: [], usage }));
  });
  await using t = await startTestKeeper(gateway.url);
  const script = `
    const ask = () => fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', body: '{"max_tokens":9}' });
    // It stays until it is told to end, and asks once more then.
    const staying = setInterval(() => {}, 1_000);
    process.on('SIGTERM', async () => {
      console.log('refused with ' + (await ask()).status);
      clearInterval(staying);
    });
    (async () => {
      while ((await ask()).status === 200) await new Promise((resolve) => setTimeout(resolve, 20));
    })();`;
  const { run_id } = await t.keeper.startRun({
    ...sh(''),
    argv: [process.execPath, '-e', script],
    cwd: mkdtempSync(join(t.dataDir, 'work-')),
    env: { PATH: process.env['PATH'] ?? '', ANTHROPIC_BASE_URL: provider.url },
    limits: { idleTokens: 5_000 },
    grace_ms: 30_000,
  });
  const records = () => gateway.seen.flatMap((batch) => batch.records);
  const isOver = () => records().some(({ event, reason }) => event === 'limit' && reason === 'tokens');
  await until(isOver, { what: 'the end of its tokens' });
  // It had its grace twice, to finish by itself and once it is told to; nobody waits for the first.
  expect(await t.keeper.stopRun(run_id, 'user:ada')).toBe('stopping');
  expect(await t.keeper.waitRun(run_id)).toMatchObject({ end_reason: 'tokens', exit_code: 124 });
  await until(() => records().some(({ message }) => message === 'refused with 402'), { what: 'the refusal' });
  expect(records()).toContainEqual(expect.objectContaining({ event: 'limit', limit: 'no_progress', cap: 5_000 }));
}, 90_000);

/** Processes of a run: those that carry it in their environment, and theirs. */
function processesOf(runId: string): string[] {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'latin1');
    } catch {
      // It ended.
      return '';
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const stats = new Map(
    pids
      .map(
        (pid) =>
          [
            pid,
            read(pid, 'stat')
              .replace(/^.*\) /, '')
              .split(' '),
          ] as const,
      )
      .filter(([, f]) => f[0] !== 'Z'),
  );
  const own = new Set(
    [...stats.keys()].filter((pid) => `\0${read(pid, 'environ')}\0`.includes(`\0TELLTALE_RUN_ID=${runId}\0`)),
  );
  const known = processesSeen.get(runId) ?? new Set();
  for (const [pid, [, parent = '']] of stats) if (own.has(parent)) own.add(pid);
  for (const pid of known) if (stats.has(pid)) own.add(pid);
  processesSeen.set(runId, own);
  return [...own];
}
const processesSeen = new Map<string, Set<string>>();
