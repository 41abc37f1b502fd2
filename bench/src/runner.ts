import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keeperFolder } from '@telltale/agent-runner/keeper/keeper-folder';
import { livingKeeper } from '@telltale/agent-runner/keeper/keeper-note';
import { openKeeper } from '@telltale/agent-runner/keeper/open-keeper';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import type { KeeperClient } from '@telltale/agent-runner/keeper/client';
import { answers, callsBetween, flood } from './runner/flood.ts';

/**
 * What watching many idle runs costs the process that watches them, beside `pidtree` and `pidusage` looking at the same
 * processes as often, in the same run. All of the keeper counts: looking, recording, spooling, sending.
 *   npm run bench:runner -- [--runs 200] [--seconds 30] [--every 2] [--only idle|output]
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '30' },
    every: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});
const [count, seconds, everyMs] = [Number(values.runs), Number(values.seconds), Number(values.every) * 1_000];
const say = (text: string): void => console.log(text);
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Processor time of a process and of children it waited for, ms, and its resident memory, bytes. */
function usageOf(pid: number): { cpuMs: number; memoryBytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0);
  return { cpuMs: ticks * 10, memoryBytes: (fields[21] ?? 0) * 4_096 };
}

async function measure(name: string, pid: number): Promise<number> {
  const before = usageOf(pid);
  const from = performance.now();
  await delay(seconds * 1_000);
  const after = usageOf(pid);
  const percent = ((after.cpuMs - before.cpuMs) / (performance.now() - from)) * 100;
  say(`${name.padEnd(28)}${percent.toFixed(2).padStart(8)} % of one core   RSS ${mebibytes(after.memoryBytes)}`);
  return percent;
}

/** A gateway that takes everything: batches are drained and said to be taken. */
const gateway = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method !== 'POST' || request.url?.startsWith('/api/v1/telemetry') !== true) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    batches += 1;
    response.writeHead(202, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ producer_id: 'p', seq: 1, accepted: 1, rejected: [] }));
  });
});
let batches = 0;

/** A keeper in a process and a folder of its own. */
const open = (folder: string): Promise<KeeperClient> =>
  openKeeper({
    folder,
    config: {
      url,
      key_file: keyFile,
      spool_root: join(folder, 'spool'),
      sample_interval_ms: everyMs,
      version: 'bench',
    },
    env: process.env,
    clock: systemClock,
    log: createLog({ service: 'bench', level: 'silent' }),
  });
async function end(keeper: KeeperClient, folder: string): Promise<void> {
  await keeper.shutdown('bench:runner', 200);
  while (livingKeeper(folder) !== null) await delay(100);
}

/** Ten idle runs and one that prints as fast as it is read, in a keeper whose peak of memory is that of this alone. */
async function measureFlood(name: string, argv: string[]): Promise<void> {
  const folder = keeperFolder(mkdtempSync(join(dataDir, 'flood-')));
  const keeper = await open(folder);
  try {
    for (let at = 0; at < 10; at += 1)
      await keeper.startRun({
        team_id: 'bench',
        argv: ['sleep', '3600'],
        cwd: dataDir,
        identity: { agent_id: `idle-${at}` },
      });
    const calls = join(folder, 'calls');
    await keeper.startRun({
      team_id: 'bench',
      argv: [process.execPath, fileURLToPath(new URL('runner/neighbour.ts', import.meta.url)), calls],
      env: { PATH: process.env['PATH'] ?? '', HOME: dataDir, ANTHROPIC_BASE_URL: modelUrl },
      proxy: 'on',
      identity: { agent_id: 'neighbour' },
    });
    await delay(4_000);
    const pid = livingKeeper(folder)?.pid ?? 0;
    const from = Date.now();
    const still = await answers(keeper, delay(4_000));
    const before = callsBetween(calls, from, Date.now());
    const { bytes, seconds: took, peakBytes, p50Ms, p99Ms, mostMs, neighbour } = await flood(keeper, pid, argv, calls);
    const speed = `${Math.round(bytes / took / 1e6)} MB/s`.padStart(10);
    const times = (p50: number, p99: number): string => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
    say(
      `${name.padEnd(28)}${speed}   ${times(p50Ms, p99Ms)}, max ${mostMs.toFixed(0)} ms (still: ${times(still.p50, still.p99)}); peak RSS ${mebibytes(peakBytes)}`,
    );
    const each = ({ p50: middle, p95: most }: { p50: number; p95: number }): string =>
      `p50 ${middle.toFixed(1)} ms, p95 ${most.toFixed(1)} ms`;
    const ratio = `${(neighbour.p50 / before.p50).toFixed(2)} and ${(neighbour.p95 / before.p95).toFixed(2)} times`;
    say(`${'  a neighbour’s calls'.padEnd(28)}${each(neighbour)} (still: ${each(before)}): ${ratio}`);
  } finally {
    await end(keeper, folder);
  }
}

/** A model that thinks for as long as hardly any does. */
const model = createServer((request, response) => {
  request.resume();
  const usage = { input_tokens: 9, output_tokens: 9 };
  const answer = { id: 'msg_bench', type: 'message', model: 'claude-sonnet-4-5', content: [], usage };
  setTimeout(() => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }, 50);
});
model.listen(0, '127.0.0.1');
await once(model, 'listening');
const modelUrl = `http://127.0.0.1:${(model.address() as AddressInfo).port}`;
gateway.listen(0, '127.0.0.1');
await once(gateway, 'listening');
const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
const dataDir = mkdtempSync(join(tmpdir(), 'telltale-bench-'));
const folder = keeperFolder(dataDir);
const keyFile = join(dataDir, 'key');
writeFileSync(keyFile, 'tt_bench');

async function measureIdle(): Promise<void> {
  const children: ChildProcess[] = [];
  const keeper = await open(folder);
  try {
    const pid = livingKeeper(folder)?.pid ?? 0;
    const start = (from: number, to: number) =>
      Promise.all(
        Array.from({ length: to - from }, (_none, at) =>
          keeper.startRun({
            run_id: `run-${from + at}`,
            team_id: 'bench',
            argv: ['sleep', '3600'],
            cwd: dataDir,
            identity: { agent_id: `agent-${from + at}` },
          }),
        ),
      );
    say(
      `Node ${process.version}, ${cpus().length} CPUs; ${count} idle runs, a sample each ${everyMs / 1_000} s, ${seconds} s each`,
    );
    await start(0, 1);
    await delay(5_000);
    const base = usageOf(pid).memoryBytes;
    say(`base, one run: RSS ${mebibytes(base)}`);
    for (let at = 1; at < count; at += 20) await start(at, Math.min(at + 20, count));
    // What starting them took is not what watching them takes.
    await delay(10_000);
    const own = await measure('telltale keeper', pid);
    const each = (usageOf(pid).memoryBytes - base) / (count - 1);
    say(`${''.padEnd(28)}${mebibytes(each)} more for each run`);

    const pids = (await keeper.listRuns()).flatMap((run) => (run.pid === null ? [] : [run.pid]));
    const peer = fork(fileURLToPath(new URL('runner/pidusage-peer.ts', import.meta.url)), [
      String(everyMs),
      ...pids.map(String),
    ]);
    children.push(peer);
    await once(peer, 'message');
    const theirs = await measure('pidtree + pidusage', peer.pid ?? 0);
    const rounds = once(peer, 'message') as Promise<[number]>;
    peer.send('how many');
    say(
      `${''.padEnd(28)}${(await rounds)[0]} rounds of the ${Math.floor(((seconds + 2) * 1_000) / everyMs)} that were due`,
    );
    peer.kill();
    say(`\nwatching takes ${(theirs / own).toFixed(1)} times less; ${batches} batches were sent`);
  } finally {
    for (const child of children) child.kill();
    await end(keeper, folder);
  }
}

try {
  if (values.only !== 'output') await measureIdle();
  if (values.only !== 'idle') {
    say(`\noutput as fast as it is read; how long the keeper takes to answer meanwhile`);
    await measureFlood('1 GB without a line end', ['head', '-c', '1000000000', '/dev/zero']);
    await measureFlood('200 MB of lines', ['sh', '-c', `yes '${'x'.repeat(120)}' | head -c 200000000`]);
  }
} finally {
  gateway.closeAllConnections();
  gateway.close();
  model.closeAllConnections();
  model.close();
  rmSync(dataDir, { recursive: true, force: true });
}
