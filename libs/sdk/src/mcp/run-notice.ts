import type { StoredRunEvent } from '@telltale/contracts/http/records';
import type { RunRow } from '@telltale/contracts/http/runs';
import { formatDuration } from '@telltale/contracts/format/duration';
import type { MetricsSource } from '../metrics-tool/metrics-source.ts';
import { budgetWords } from '../metrics-tool/words.ts';

/** From this part of a budget or limit on each answer to its run says so. */
const nearPart = 0.8;
const mostEvents = 100;

type Near = { limit: string; part: number; agoMs: number };
const isNear = ({ part }: Near): boolean => part >= nearPart;

/** What grows with time and with calls is known as of now: from the run itself and the limits that it was started with. */
function ofRun(run: RunRow, events: readonly StoredRunEvent[]): Near[] {
  const limits = events.find(({ event }) => event === 'started')?.evidence?.['limits'];
  if (typeof limits !== 'object' || limits === null) return [];
  const near = (limit: string, cap: unknown, value: number | null): Near[] =>
    typeof cap === 'number' && cap > 0 && value !== null ? [{ limit, part: value / cap, agoMs: 0 }] : [];
  return [
    ...near('timeout', Reflect.get(limits, 'timeout'), run.duration_ms),
    ...near('tokens', Reflect.get(limits, 'tokens'), run.total_tokens),
    ...near('budget', Reflect.get(limits, 'usd'), run.cost_usd),
  ];
}

/** What the runner measured and said last, by limit; newest first. */
function ofEvents(events: readonly StoredRunEvent[], now: number): Near[] {
  const last = new Map<string, StoredRunEvent>();
  for (const event of events)
    if (event.event === 'limit' && event.limit !== undefined && !last.has(event.limit)) last.set(event.limit, event);
  return [...last].flatMap(([limit, { step, value, cap, evidence, at }]) => {
    // Budgets are asked for by themselves: what is left of them changes with other runs.
    const isSaid = step !== 'clear' && evidence?.['budget_id'] === undefined;
    if (!isSaid || value === undefined || cap === undefined || cap <= 0) return [];
    return [{ limit, part: value / cap, agoMs: Math.max(0, now - Date.parse(at)) }];
  });
}

/** The word of the last call in which the agent may hand back, while that can be had. */
function wordOf(events: readonly StoredRunEvent[]): string | null {
  const step = events.find((event) => event.step === 'hand_back' || event.step === 'handed_back');
  const word = step?.step === 'hand_back' ? step.evidence?.['word'] : undefined;
  return typeof word === 'string' ? word : null;
}

const recentMs = 5_000;
const said = ({ limit, part, agoMs }: Near): string =>
  `${limit} ${Math.floor(part * 100)}%${agoMs > recentMs ? ` (${formatDuration(agoMs)} ago)` : ''}`;

/**
 * What an agent is to be told with each answer while its run is near a limit of its own or of a budget; null while it is
 * not. What cannot be read now is not said.
 */
export async function noticeFor(
  source: Pick<MetricsSource, 'budgetStatus' | 'run' | 'runEvents'>,
  runId: string,
  now: () => number = Date.now,
): Promise<string | null> {
  const query = { run_id: runId, limit: mostEvents, order: 'desc' as const };
  const [budgets, run, events] = await Promise.all([
    source.budgetStatus({ run_id: runId }).catch(() => null),
    source.run(runId).catch(() => null),
    source.runEvents(query).then(
      ({ run_events: found }) => found,
      () => [],
    ),
  ]);
  const spent = (budgets?.accounts ?? []).filter((account) => account.spent >= account.limit * nearPart);
  // What is stored is behind what the runner measures, and what it said last was said a while ago: the greater one counts.
  const greatest = new Map<string, Near>();
  for (const one of [...(run === null ? [] : ofRun(run, events)), ...ofEvents(events, now())])
    if (one.part > (greatest.get(one.limit)?.part ?? 0)) greatest.set(one.limit, one);
  const near = [...greatest.values()].filter(isNear);
  const word = wordOf(events);
  const texts = [
    ...(near.length === 0 ? [] : [`This run has used most of what it may: ${near.map(said).join(', ')}.`]),
    ...(spent.length === 0
      ? []
      : [
          `Most of what this run may spend is spent (${budgetWords({ accounts: spent })
            .budgets.map(({ budget, left }) => `${budget}: ${left} left`)
            .join('; ')}).`,
        ]),
  ];
  if (word !== null)
    return `${[...texts, 'It has reached its limit.'].join(' ')} Hand back now: use no more tools, and say in one last answer what is done, what is left and how to go on. Nothing after it is answered. (${word})`;
  return texts.length === 0 ? null : `${texts.join(' ')} Finish what matters most, in few calls.`;
}
