import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { systemClock } from '@telltale/runtime/clock';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { until } from '@telltale/testkit/until';
import { describe, expect, test } from 'vitest';
import { bash, node, ofKind, quietLog, watchCommand } from '../test-support/watch-command.ts';
import { createSampler } from './create-sampler.ts';
import { createUsageSampler } from './usage-sampler.ts';

const newId = createUuidV7();
const ticksPerSecond = 100;

/** Resident memory and processor time of all processes of a session, read the plain way. */
function readSession(session: number): { memoryBytes: number; seconds: number } {
  let memoryBytes = 0;
  let ticks = 0;
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      if (fields[3] !== session) continue;
      memoryBytes += (fields[21] ?? 0) * 4_096;
      ticks += (fields[11] ?? 0) + (fields[12] ?? 0) + (fields[13] ?? 0) + (fields[14] ?? 0);
    } catch {
      // Ended while the list was read.
    }
  }
  return { memoryBytes, seconds: ticks / ticksPerSecond };
}

const startedPid = (record: RecordDraft): number | undefined =>
  record.kind === 'run_event' && record.event === 'started' ? record.pid : undefined;

describe('samples', () => {
  test('tell with the first, and every tenth, what memory comes to when shared pages count once', async () => {
    const { records } = await watchCommand(bash('sleep 0.6 & sleep 0.6 & wait'), { sampleIntervalMs: 250 });
    const [first, ...more] = ofKind(records, 'process_sample');
    const share = Number(first?.attributes?.['pss_bytes']) / Number(first?.memory_bytes);
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
    expect(more.slice(0, 9).flatMap(({ attributes }) => attributes?.['pss_bytes'] ?? [])).toEqual([]);
  });

  test('hold the peak of memory and the processor time of the whole tree', async () => {
    const burn = (ms: number) => `const end = Date.now() + ${ms}; while (Date.now() < end);`;
    // One child holds 200 MB to the end; the other holds 120 MB for a moment between two samples.
    const steady = `const held = Buffer.alloc(200e6, 1); ${burn(3_000)} process.exit(held[0] - 1);`;
    const brief = `{ const held = Buffer.alloc(120e6, 1); ${burn(600)} held[1] = held[0]; } `;
    const script = `${process.execPath} -e '${steady}' & sleep 0.7; ${process.execPath} -e '${brief}'; wait`;
    let peak = 0;
    let poll: NodeJS.Timeout | undefined;
    const looks: { mono: number; seconds: number }[] = [];
    const { records } = await watchCommand(bash(script), {
      onRecord: (record) => {
        const pid = startedPid(record);
        if (pid === undefined) return;
        poll = setInterval(() => {
          const look = readSession(pid);
          peak = Math.max(peak, look.memoryBytes);
          looks.push({ mono: performance.now(), seconds: look.seconds });
        }, 100);
      },
    });
    clearInterval(poll);
    const samples = ofKind(records, 'process_sample');
    const told = Math.max(...samples.map(({ memory_bytes }) => memory_bytes));
    expect(Math.abs(told - peak) / peak).toBeLessThan(0.1);

    // Over the time that the samples cover, the share of the processor is what the reference saw.
    const [first, last] = [samples[0], samples.at(-1)];
    if (first === undefined || last === undefined) throw new Error('there are samples');
    let used = 0;
    for (const [at, sample] of samples.entries()) {
      const before = samples[at - 1];
      if (before !== undefined) used += (sample.cpu_percent * (Date.parse(sample.at) - Date.parse(before.at))) / 1_000;
    }
    const seconds = (Date.parse(last.at) - Date.parse(first.at)) / 1_000;
    const reference = looks.filter(({ seconds: spent }) => spent > 0);
    const [from, to] = [reference[0], reference.at(-2)];
    if (from === undefined || to === undefined) throw new Error('the reference looked often');
    const expected = ((to.seconds - from.seconds) / ((to.mono - from.mono) / 1_000)) * 100;
    expect(Math.abs(used / seconds - expected)).toBeLessThan(15);
    expect(samples.length).toBeLessThan(8);
  });

  test('the first comes at once', async () => {
    const { records } = await watchCommand(['sleep', '1.5'], { sampleIntervalMs: 60_000 });
    expect(ofKind(records, 'process_sample')[0]).toMatchObject({ processes: 1, status: 'sleeping' });
  });

  test('then there is one per interval', async () => {
    const { records } = await watchCommand(['sleep', '1.5'], { sampleIntervalMs: 250 });
    const samples = ofKind(records, 'process_sample');
    expect(samples.length).toBeGreaterThanOrEqual(3);
    expect(samples.length).toBeLessThanOrEqual(8);
    expect(samples[0]).toMatchObject({ processes: 1, threads: 1, status: 'sleeping', children: [] });
    expect(samples[0]?.open_files).toBeGreaterThan(2);
    expect(samples[0]).toHaveProperty('io_read_bytes');
  });

  test('name the children below the root that hold the most memory, at most five', async () => {
    const stop = new AbortController();
    let whole: Extract<RecordDraft, { kind: 'process_sample' }> | undefined;
    await watchCommand(bash('for i in 1 2 3 4 5 6 7; do sleep 60 & done; wait'), {
      sampleIntervalMs: 250,
      signal: stop.signal,
      onRecord(record) {
        if (record.kind !== 'process_sample' || record.processes !== 8) return;
        if (record.children?.some(({ name }) => name !== 'sleep') !== false) return;
        whole = record;
        stop.abort();
      },
    });
    expect(whole?.children).toHaveLength(5);
  });

  test('name the busiest children too, by their commands', async () => {
    const idle = `${process.execPath} -e 'const held = Buffer.alloc(30e6, 1); setTimeout(() => held, 2500)' &`;
    const busy = '(exec -a /opt/tools/a-name-that-is-longer-than-fifteen bash -c "while :; do :; done") &';
    const script = `${idle.repeat(5)} ${busy} sleep 2; kill $!; wait $! || true`;
    const { records } = await watchCommand(bash(script), { sampleIntervalMs: 500 });
    const seen = ofKind(records, 'process_sample').map(({ children = [] }) => children);
    const names = seen.map((children) => children.map(({ name }) => name));
    expect(names).toContainEqual(['node', 'node', 'node', 'node', 'node', 'a-name-that-is-longer-than-fifteen']);
    const busiest = seen.flat().filter(({ name }) => name.startsWith('a-name'));
    expect(Math.max(...busiest.map(({ cpu_percent }) => cpu_percent))).toBeGreaterThan(0);
  });

  test('count work of children that come and go', async () => {
    const loop = 'end=$((SECONDS+2)); while [ $SECONDS -lt $end ]; do /bin/true; done';
    const { records } = await watchCommand(bash(loop), { sampleIntervalMs: 500 });
    const percents = ofKind(records, 'process_sample').map(({ cpu_percent }) => cpu_percent);
    // Of what the machine gives them: without the children there would be next to nothing.
    expect(Math.max(...percents)).toBeGreaterThan(3);
    expect(Math.min(...percents)).toBeGreaterThanOrEqual(0);
  });
});

describe('the tree', () => {
  test.each([
    ['a child in a session of its own', 'setsid sleep 4 > /dev/null 2>&1 & sleep 1.5'],
    ['a daemon that forked twice', '(setsid bash -c "sleep 4 & exit" > /dev/null 2>&1 &) ; sleep 1.5'],
    ['a daemon whose parents nobody ever saw', 'setsid -f sleep 4 > /dev/null 2>&1; sleep 1.5'],
  ])('keeps %s', async (_, script) => {
    const { result, records } = await watchCommand(bash(script), { sampleIntervalMs: 250 });
    expect(result.leftRunning).toBe(1);
    const counts = ofKind(records, 'process_sample').map(({ processes }) => processes);
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(2);
  });

  test('a zombie is counted as a process and costs no memory', async () => {
    const script =
      'const c = require("child_process").spawn("true"); process.kill(process.pid, 0); const e = Date.now() + 1500; while (Date.now() < e);';
    await using sampler = createSampler({ clock: systemClock, log: quietLog, sampleIntervalMs: 250 });
    const { records } = await watchCommand(node(script), { sampler });
    expect(ofKind(records, 'process_sample').map(({ processes }) => processes)).toContain(2);
  });

  test('one sampler watches many runs and keeps them apart', async () => {
    await using sampler = createSampler({ clock: systemClock, log: quietLog, sampleIntervalMs: 300 });
    const runs = await Promise.all(
      [1, 2, 3, 4, 5].map((children) =>
        watchCommand(bash(`for ((i = 0; i < ${children}; i++)); do sleep 0.9 & done; wait`), { sampler }),
      ),
    );
    const most = runs.map(({ records }) =>
      Math.max(...ofKind(records, 'process_sample').map(({ processes }) => processes)),
    );
    expect(most).toEqual([2, 3, 4, 5, 6]);
  });
});

test('what a process used before it was watched is not told as used since, nor counted', async () => {
  await using sampler = createSampler({ clock: systemClock, log: quietLog, sampleIntervalMs: 250 });
  const busy =
    'const end = Date.now() + 500; while (Date.now() < end); process.stdout.write("still"); setInterval(() => 0, 1e6)';
  const child = spawn(process.execPath, ['-e', busy], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await once(child.stdout, 'data');
    const seen: { percent: number; cpuMs: number }[] = [];
    let cpuMs = -1;
    const tree = sampler.watch({
      pid: child.pid ?? 0,
      runId: 'ran-before',
      ownSession: false,
      ranBefore: true,
      onSample: ({ cpuPercent }) => seen.push({ percent: cpuPercent, cpuMs }),
      onLook: (look) => (cpuMs = look.cpuMs),
    });
    await until(() => seen.length > 0, { timeoutMs: 40_000 });
    tree.finish();
    expect(seen[0]?.percent).toBeLessThan(200);
    expect(seen[0]?.cpuMs).toBeLessThan(400);
  } finally {
    child.kill('SIGKILL');
  }
});

test('of a run whose program is gone only what carries its mark is left, and nothing of the machine', async () => {
  const options = { clock: systemClock, log: quietLog, sampleIntervalMs: 250 };
  await using sampler = createSampler(options);
  await using plain = createUsageSampler(options);
  const runId = newId();
  const child = spawn('sleep', ['60'], { env: { TELLTALE_RUN_ID: runId }, stdio: 'ignore', detached: true });
  try {
    await once(child, 'spawn');
    const gone = { pid: 0, runId, ownSession: false, onSample: () => undefined };
    const tree = sampler.watch(gone);
    await until(() => tree.members().length > 0);
    expect(tree.members().map(({ pid }) => pid)).toEqual([child.pid]);
    expect(tree.finish().map(({ pid }) => pid)).toEqual([child.pid]);
    expect(plain.watch(gone).members()).toEqual([]);
  } finally {
    child.kill('SIGKILL');
  }
});

test('without /proc the root process is still sampled', async () => {
  await using sampler = createUsageSampler({ clock: systemClock, log: quietLog, sampleIntervalMs: 200 });
  const stop = new AbortController();
  let samples = 0;
  const running = watchCommand(node('const held = Buffer.alloc(50e6, 1); setInterval(() => held[0], 10)'), {
    sampler,
    signal: stop.signal,
    onRecord: (record) => {
      if (record.kind === 'process_sample') samples += 1;
    },
  });
  await until(() => samples >= 2);
  stop.abort();
  const { result, records } = await running;
  expect(result).toMatchObject({ endReason: 'cancelled', signal: 'SIGTERM' });
  expect(ofKind(records, 'process_sample').at(-1)?.memory_bytes).toBeGreaterThan(50e6);
});
