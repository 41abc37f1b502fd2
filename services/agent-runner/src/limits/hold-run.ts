import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { CallGate } from '../proxy/forward.ts';
import type { RunEvents } from '../run/run-events.ts';
import type { RunCgroup } from '../tree/run-cgroup.ts';
import type { TreeLook } from '../tree/sampler.ts';
import { createCallAccount, usdOf } from './call-account.ts';
import { loadPriceOf } from './price-calls.ts';
import { reserveCalls } from './reserve-calls.ts';
import { createLimitCheck, reasonOf, type LimitName, type LimitReading, type RunLimits } from './run-limits.ts';
import { watchTime } from './watch-time.ts';

/** Processes have threads: what the kernel counts is let grow to this before it refuses more. */
const tasksOf = (processes: number): number => processes * 8 + 256;

export type HeldRun = AsyncDisposable & {
  /** Whether the looks at the tree must be close together. */
  looksMatter: boolean;
  /** Asked before each call, where tokens or money are limited. */
  gate: CallGate | undefined;
  /** What the agent is told with each answer of its provider. */
  notices(): Readonly<Record<string, string>>;
  saw(record: RecordDraft): void;
  /** Bytes of output so far. */
  output(bytes: number): void;
  look(look: TreeLook): void;
  /** The program runs: `end` is called with what it may not exceed and did. */
  begin(options: { cgroup: RunCgroup | null; end: (reading: LimitReading) => void; isBusy: () => boolean }): void;
};

/** Measures a run against its limits: says what is near, and ends what is exceeded. */
export async function holdRun({
  limits,
  events,
  clock,
  log,
}: {
  limits: RunLimits;
  events: RunEvents;
  clock: Clock;
  log: Log;
}): Promise<HeldRun> {
  /** Until `begin` nobody can end the run: what is exceeded by then is ended as soon as somebody can. */
  let end: ((reading: LimitReading) => void) | null = null;
  let early: LimitReading | null = null;
  let cgroup: RunCgroup | null = null;
  let time: ReturnType<typeof watchTime> | undefined;
  let outputBytes = 0;
  const near = new Map<LimitName, LimitReading>();
  const told = new Set<LimitName>();

  const check = createLimitCheck({
    limits,
    onWarn(reading) {
      near.set(reading.limit, reading);
      events.limit(reading, false);
    },
    onExceeded(reading) {
      near.set(reading.limit, reading);
      events.limit(reading, true);
      if (end === null) early ??= reading;
      else end(reading);
    },
  });
  const holdsMoney = limits.usd !== undefined;
  const holdsCalls = holdsMoney || limits.tokens !== undefined;
  const priceOf = holdsMoney ? await loadPriceOf(clock) : () => '0';
  let unpricedSaid = false;
  const account = createCallAccount({
    priceOf,
    onSpent({ tokens, atto, unpriced }) {
      check.measured('tokens', tokens);
      check.measured('usd', usdOf(atto));
      if (unpriced === 0 || unpricedSaid) return;
      unpricedSaid = true;
      events.warn('a call of this run has no known price, so the limit of money does not hold it: set a price for it');
    },
  });
  const gate = holdsCalls
    ? reserveCalls({
        limits,
        account,
        priceOf,
        onRefused: (limit, spent) => check.exceeded(limit, limit === 'tokens' ? spent.tokens : usdOf(spent.atto)),
        clock,
      })
    : undefined;

  return {
    looksMatter: limits.cpu !== undefined || limits.memory !== undefined || limits.processes !== undefined,
    gate,
    notices() {
      if (near.size === 0) return {};
      for (const limit of near.keys()) {
        if (told.has(limit)) continue;
        told.add(limit);
        events.step({ step: 'tell', reason: 'limit', limit });
      }
      return { 'telltale-limits': [...near.values()].map(noticeOf).join(', ') };
    },
    saw(record) {
      if (record.kind === 'llm_call') {
        if (holdsCalls) account.add(record);
        time?.active();
      } else if (record.kind === 'git_activity') time?.active();
    },
    output(bytes) {
      if (bytes === outputBytes) return;
      outputBytes = bytes;
      time?.active();
      check.measured('output', bytes);
    },
    look({ cpuMs, memoryBytes, processes }) {
      // The first look is taken while the run is still being set up; another follows.
      if (end === null) return;
      check.measured('cpu', Math.max(cpuMs, cgroup?.cpuMs() ?? 0));
      check.measured('processes', processes);
      check.measured('memory', memoryBytes);
      if (limits.memory !== undefined && (cgroup?.outOfMemoryKills() ?? 0) > 0) check.exceeded('memory', memoryBytes);
    },
    begin(options) {
      ({ cgroup, end } = options);
      cgroup?.hold({
        memoryBytes: limits.memory,
        tasks: limits.processes === undefined ? undefined : tasksOf(limits.processes),
      });
      time = watchTime({ check, isBusy: options.isBusy, clock, log });
      if (early !== null) options.end(early);
    },
    async [Symbol.asyncDispose]() {
      end = () => undefined;
      await time?.[Symbol.asyncDispose]();
    },
  };
}

/** As in a header: `tokens;used=81%`. */
const noticeOf = ({ limit, value, cap }: LimitReading): string =>
  `${reasonOf(limit)};used=${Math.floor((value / cap) * 100)}%`;
