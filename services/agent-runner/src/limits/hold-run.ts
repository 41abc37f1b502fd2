import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { CallGate } from '../proxy/forward.ts';
import type { RunEvents } from '../run/run-events.ts';
import type { RunCgroup } from '../tree/run-cgroup.ts';
import type { TreeLook } from '../tree/sampler.ts';
import type { RunTerms } from '@telltale/contracts/http/run-terms';
import type { BudgetPort, RunSpender } from '../budgets/budget-port.ts';
import { createEstimates, type PriceOf } from '../budgets/estimate-calls.ts';
import { holdEachAgent } from '../budgets/hold-each-agent.ts';
import { bothGates } from './both-gates.ts';
import { lookAtFiles } from '../progress/look-at-files.ts';
import { watchProgress } from '../progress/watch-progress.ts';
import { createCallAccount, usdOf } from './call-account.ts';
import { createHandBack, handBackHeader, type HandBack } from './hand-back.ts';
import { loadPriceOf } from './price-calls.ts';
import { reserveCalls } from './reserve-calls.ts';
import { createLimitCheck, reasonOf, type LimitName, type LimitReading, type RunLimits } from './run-limits.ts';
import { watchTime } from './watch-time.ts';
import { isHeard, noticeOf, writeNotice } from './write-notice.ts';

/** Processes have threads: what the kernel counts is let grow to this before it refuses more. */
const tasksOf = (processes: number): number => processes * 8 + 256;

/** What an agent may hand back for: it ends when calls are refused. */
const isSpent = (limit: LimitName): boolean => ['tokens', 'budget'].includes(reasonOf(limit));

export type HeldRun = AsyncDisposable & {
  /** Whether the looks at the tree must be close together. */
  looksMatter: boolean;
  /** Asked before each call, where tokens or money are limited, or a budget is about the run. */
  gate: CallGate | undefined;
  /** Calls must be led through the gate, or a limit would not hold. */
  gateMatters: boolean;
  /** Whether that is so now: a budget may be set while the run goes on. */
  holdsCalls(): boolean;
  /** Whether there is anything that the agent may have to hear of. */
  tellsLimits: boolean;
  /** The one last call of an agent that can hand back. */
  handBack: HandBack;
  /** What the agent is told with each answer of its provider. */
  notices(): Readonly<Record<string, string>>;
  saw(record: RecordDraft): void;
  /** Bytes of output so far. */
  output(bytes: number): void;
  look(look: TreeLook): void;
  /** Before the program starts: one that only forks is thousands by the time that anybody looks. */
  contain(cgroup: RunCgroup | null): void;
  /** The program runs: `end` is called with what it may not exceed and did. */
  begin(options: { cgroup: RunCgroup | null; end: (reading: LimitReading) => void; isBusy: () => boolean }): void;
};

/** What else than its own limits a run is held to: the budgets of its team, at the prices of its team. */
export type HoldTerms = {
  terms: RunTerms;
  port: BudgetPort;
  spender: RunSpender;
  /** In whose books its calls are. */
  producerId: string | undefined;
  newId: () => string;
};

/** Measures a run against its limits: says what is near, and ends what is exceeded. */
export async function holdRun({
  limits,
  cwd = null,
  held = [],
  noticeFile = null,
  events,
  clock,
  log,
}: {
  limits: RunLimits;
  /** Where the program works: what becomes of its files is progress. null: not known. */
  cwd?: string | null;
  /** Gets what the agent is to be told, for a hook of its client to read. */
  noticeFile?: string | null;
  /** For each agent of the run, its own first. */
  held?: readonly HoldTerms[];
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
  const nearest = (reading: LimitReading): void => {
    const before = near.get(reading.limit);
    if (before === undefined || reading.value / reading.cap >= before.value / before.cap)
      near.set(reading.limit, reading);
  };

  const check = createLimitCheck({
    limits,
    onWarn: (reading) => approach(reading),
    onExceeded: (reading) => exceed(reading),
  });
  const note = (): void => {
    if (handBack.taken()) return;
    writeNotice(noticeFile, [...near.values()], handBack.told() ? handBack.word : null);
  };
  function approach(reading: LimitReading): void {
    nearest(reading);
    note();
    events.limit(reading, false);
  }
  const exceeded = new Set<string>();
  function exceed(reading: LimitReading): void {
    near.set(reading.limit, reading);
    const what = `${reading.limit} ${reading.evidence?.['budget_id'] ?? ''}`;
    if (!exceeded.has(what)) events.limit(reading, true);
    exceeded.add(what);
    if (isSpent(reading.limit)) handBack.reached(reading);
    note();
    if (end === null) early ??= reading;
    else end(reading);
  }
  const handBack = createHandBack({
    heard: () => isHeard(noticeFile),
    onOffered(reading) {
      near.set(reading.limit, reading);
      note();
      const evidence = { ...reading.evidence, word: handBack.word };
      events.step({ step: 'hand_back', reason: reasonOf(reading.limit), limit: reading.limit, evidence });
    },
    onBegun(reading) {
      const [limit] = near.keys();
      const of = reading?.limit ?? limit ?? 'tokens';
      events.step({ step: 'handed_back', reason: reasonOf(of), limit: of });
      if (reading === null) return;
      if (reading.evidence === undefined) check.exceeded(reading.limit, reading.value);
      else exceed(reading);
    },
  });
  const holdsMoney = limits.usd !== undefined;
  const holdsCalls = holdsMoney || limits.tokens !== undefined;
  const rules = held.flatMap(({ terms }) => terms.budgets.rules);
  const paysMoney = holdsMoney || rules.some(({ measure }) => measure === 'usd');
  let book = paysMoney ? await loadPriceOf(clock, held[0]?.terms.prices) : null;
  /** Where no money is counted nobody asks for a price. */
  const priceOf: PriceOf = (call) => (book === null ? '0' : book(call));
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
  const ownGate = holdsCalls
    ? reserveCalls({
        limits,
        account,
        priceOf,
        handBack,
        onRefused: (limit, spent) => check.exceeded(limit, limit === 'tokens' ? spent.tokens : usdOf(spent.atto)),
        clock,
      })
    : undefined;
  const budgets = holdEachAgent({
    held,
    async prepare(next) {
      if (next.some(({ measure }) => measure === 'usd')) book ??= await loadPriceOf(clock, held[0]?.terms.prices);
    },
    estimatesOf: (most) => createEstimates({ priceOf, mostOutput: most }),
    onNear: approach,
    onLast: handBack.offer,
    onRefusing(reading) {
      near.set(reading.limit, reading);
      events.limit(reading, true);
    },
    onSpent: exceed,
    warn: events.warn,
    clock,
    log,
  });
  let isStuck = false;
  /** What ended for want of progress may finish, and spends nothing more on it. */
  const stuckGate: CallGate = (call) => {
    if (!isStuck || handBack.isTurn(call)) return { settle: () => undefined };
    const message = 'This run spent its tokens without progress. Finish without further calls.';
    return { refused: { status: 402, type: 'budget_exceeded', message } };
  };
  const progress = watchProgress({
    most: limits.idleTokens,
    lookAtFiles: async () => (cwd === null ? '' : lookAtFiles(cwd)),
    onStuck: approach,
    onExceeded(reading) {
      isStuck = true;
      exceed(reading);
    },
    onProgress(limit) {
      near.delete(limit);
      told.delete(limit);
      events.clear(limit);
    },
    now: clock.now,
  });
  const inner = bothGates(limits.idleTokens === undefined ? undefined : stuckGate, bothGates(ownGate, budgets?.gate));
  const isLimited = ownGate !== undefined || limits.idleTokens !== undefined;
  const gate = inner === undefined ? undefined : handBack.around(inner);

  return {
    looksMatter: limits.cpu !== undefined || limits.memory !== undefined || limits.processes !== undefined,
    gate,
    handBack,
    gateMatters: isLimited || rules.some(({ kind }) => kind === 'hard'),
    tellsLimits: Object.values(limits).some((limit) => limit !== undefined) || rules.length > 0,
    holdsCalls: () => isLimited || budgets?.holds() === true,
    notices() {
      if (near.size === 0) return {};
      for (const limit of near.keys()) {
        if (told.has(limit)) continue;
        told.add(limit);
        events.step({ step: 'tell', reason: 'limit', limit });
      }
      const last = handBack.told() ? { [handBackHeader]: handBack.word } : {};
      return { 'telltale-limits': [...near.values()].map(noticeOf).join(', '), ...last };
    },
    saw(record) {
      progress.saw(record);
      if (record.kind === 'llm_call') {
        if (holdsCalls) account.add(record);
        budgets?.saw(record);
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
      // The kernel's own number is a file to be read: only where it matters.
      if (limits.cpu !== undefined) check.measured('cpu', Math.max(cpuMs, cgroup?.cpuMs() ?? 0));
      check.measured('processes', processes);
      check.measured('memory', memoryBytes);
      if (limits.memory !== undefined && (cgroup?.outOfMemoryKills() ?? 0) > 0) check.exceeded('memory', memoryBytes);
    },
    contain: (group) => group?.hold({ tasks: limits.processes === undefined ? undefined : tasksOf(limits.processes) }),
    begin(options) {
      ({ cgroup, end } = options);
      cgroup?.hold({ memoryBytes: limits.memory });
      time = watchTime({ check, isBusy: options.isBusy, clock, log });
      if (early !== null) options.end(early);
    },
    async [Symbol.asyncDispose]() {
      end = () => undefined;
      await Promise.all([time?.[Symbol.asyncDispose](), budgets?.[Symbol.asyncDispose]()]);
    },
  };
}
