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

type ProcessSample = Extract<RecordDraft, { kind: 'process_sample' }>;
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
    const looks: { at: number; seconds: number }[] = [];
    const { records } = await watchCommand(bash(script), {
      onRecord: (record) => {
        const pid = startedPid(record);
        if (pid === undefined) return;
        poll = setInterval(() => {
          const look = readSession(pid);
          peak = Math.max(peak, look.memoryBytes);
          looks.push({ at: Date.now(), seconds: look.seconds });
        }, 100);
      },
    });
    clearInterval(poll);
    const samples = ofKind(records, 'process_sample');
    const told = Math.max(...samples.map(({ memory_bytes }) => memory_bytes));
    expect(Math.abs(told - peak) / peak).toBeLessThan(0.1);

    // Over the time that both cover, the share of the processor is what the reference saw: it changes with what else runs.
    const times = samples.map(({ at }) => Date.parse(at));
    const reference = looks.filter(({ seconds }) => seconds > 0).slice(0, -1);
    const begin = Math.max(times[0] ?? 0, reference[0]?.at ?? 0);
    const end = Math.min(times.at(-1) ?? 0, reference.at(-1)?.at ?? 0);
    expect(end - begin).toBeGreaterThan(1_000);
    const within = (from: number, to: number): number => Math.max(0, Math.min(to, end) - Math.max(from, begin));
    let used = 0;
    for (const [at, sample] of samples.entries())
      used += sample.cpu_percent * within(times[at - 1] ?? times[0] ?? 0, times[at] ?? 0);
    let expected = 0;
    for (const [at, look] of reference.entries()) {
      const before = reference[at - 1] ?? look;
      const share = within(before.at, look.at) / Math.max(1, look.at - before.at);
      expected += (look.seconds - before.seconds) * share * 100_000;
    }
    expect(Math.abs(used - expected) / (end - begin)).toBeLessThan(15);
    expect(samples.length).toBeLessThan(8);
  });

  /** Of a program that sleeps until it was sampled so often. */
  async function firstSamples(count: number, sampleIntervalMs: number): Promise<ProcessSample[]> {
    const stop = new AbortController();
    const samples: ProcessSample[] = [];
    await watchCommand(['sleep', '600'], {
      sampleIntervalMs,
      signal: stop.signal,
      onRecord(record) {
        if (record.kind === 'process_sample' && samples.push(record) >= count) stop.abort();
      },
    });
    return samples.slice(0, count);
  }

  test('the first comes at once', async () => {
    expect(await firstSamples(1, 600_000)).toMatchObject([{ processes: 1 }]);
  });

  test('then there is one per interval', async () => {
    const samples = await firstSamples(5, 250);
    const [first, last] = [samples[0], samples.at(-1)];
    // One that was late is followed by the next half an interval later at the soonest, and that by the others.
    expect(Date.parse(last?.at ?? '') - Date.parse(first?.at ?? '')).toBeGreaterThan(800);
    expect(last).toMatchObject({ processes: 1, threads: 1, status: 'sleeping', children: [] });
    expect(last?.open_files).toBeGreaterThan(2);
    expect(last).toHaveProperty('io_read_bytes');
  });

  test('name the children below the root that hold the most memory, at most five', async () => {
    const stop = new AbortController();
    let whole: ProcessSample | undefined;
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
    const stop = new AbortController();
    const idle = `${process.execPath} -e 'const held = Buffer.alloc(30e6, 1); setTimeout(() => held, 600_000)' &`;
    const busy = '(exec -a /opt/tools/a-name-that-is-longer-than-fifteen bash -c "while :; do :; done") &';
    const expected = ['node', 'node', 'node', 'node', 'node', 'a-name-that-is-longer-than-fifteen'];
    let busiest: number | undefined;
    await watchCommand(bash(`${idle.repeat(5)} ${busy} wait`), {
      sampleIntervalMs: 500,
      signal: stop.signal,
      onRecord(record) {
        if (record.kind !== 'process_sample' || record.children?.map(({ name }) => name).join() !== expected.join())
          return;
        busiest ??= record.children.at(-1)?.cpu_percent;
        stop.abort();
      },
    });
    expect(busiest).toBeGreaterThan(0);
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
    ['a child in a session of its own', 'setsid sleep 600 > /dev/null 2>&1 & sleep 1.5'],
    ['a daemon that forked twice', '(setsid bash -c "sleep 600 & exit" > /dev/null 2>&1 &) ; sleep 1.5'],
    ['a daemon whose parents nobody ever saw', 'setsid -f sleep 600 > /dev/null 2>&1; sleep 1.5'],
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
    const stop = new AbortController();
    const whole = new Set<number>();
    const runs = await Promise.all(
      [1, 2, 3, 4, 5].map((children) =>
        watchCommand(bash(`for ((i = 0; i < ${children}; i++)); do sleep 600 & done; wait`), {
          sampler,
          signal: stop.signal,
          onRecord(record) {
            if (record.kind !== 'process_sample' || record.processes <= children) return;
            if (whole.add(children).size === 5) stop.abort();
          },
        }),
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
  const seen: number[] = [];
  const running = watchCommand(node('const held = Buffer.alloc(50e6, 1); setInterval(() => held[0], 10)'), {
    sampler,
    signal: stop.signal,
    onRecord: (record) => {
      if (record.kind === 'process_sample') seen.push(record.memory_bytes);
    },
  });
  await until(() => seen.length >= 2 && (seen.at(-1) ?? 0) > 50e6, { what: 'a sample with what it holds' });
  stop.abort();
  const { result } = await running;
  expect(result).toMatchObject({ endReason: 'cancelled', signal: 'SIGTERM' });
});
