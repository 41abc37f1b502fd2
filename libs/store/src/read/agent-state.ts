import type { AgentRow } from '@telltale/contracts/http/agents';

/** What is known of an agent, times in ms since 1970. */
export type AgentFacts = {
  /** Its newest word of any kind. */
  lastAt: number;
  firstAt: number;
  /** Its newest step, call, git operation, task event or log line. */
  activeAt: number | null;
  /** Its newest run. */
  run: {
    startedAt: number;
    endedAt: number | null;
    endReason: string | null;
    paused: boolean;
    pausedAt: number | null;
    limit: { name: string; step: string | null; at: number; value: number | null; cap: number | null } | null;
  } | null;
};

export type AgentState = Pick<AgentRow, 'state' | 'state_reason'> & { since: number };

const second = 1_000;
/** Activity this young is work going on. */
const workingMs = 30 * second;
/** More than a clock of another host is ahead: what is dated later says nothing of now. */
const aheadMs = 24 * 60 * 60 * second;
/** A process that is sampled every few seconds and says nothing for so long is out of reach. */
const silentMs = 30 * second;
/** Alive, but without anything to show for it. */
const stuckMs = 10 * 60 * second;

const ago = (ms: number): string => {
  const s = Math.round(ms / second);
  if (s < 120) return `${s} s`;
  return s < 7_200 ? `${Math.round(s / 60)} min` : `${Math.round(s / 3_600)} h`;
};

const said = (state: AgentRow['state'], reason: string, since: number): AgentState => ({
  state,
  state_reason: reason,
  since,
});

/** What its runner found: it spends and nothing comes of it. */
function whyStuck({ name, value }: { name: string; value: number | null }): string | null {
  const count = value === null ? 'many' : value.toLocaleString('en-US');
  if (name === 'no_progress') return `it used ${count} tokens without a commit, a changed file or a new tool result`;
  return name === 'tool_loop' ? `the same tool calls came ${count} times in a row` : null;
}

function ofRunning(facts: AgentFacts, run: NonNullable<AgentFacts['run']>, now: number): AgentState {
  const { limit } = run;
  const overBudget = limit !== null && limit.step !== 'warn' && (limit.name === 'budget' || limit.name === 'tokens');
  if (overBudget) {
    const used = limit.value === null || limit.cap === null ? '' : `: ${limit.value} of ${limit.cap} are used`;
    return said('over_budget', `its limit of ${limit.name} is reached${used}`, limit.at);
  }
  if (run.paused) return said('waiting', 'the run is paused', run.pausedAt ?? facts.lastAt);
  if (now - facts.lastAt > silentMs) {
    return said('silent', `the run goes on, but nothing was heard for ${ago(now - facts.lastAt)}`, facts.lastAt);
  }
  const stuck = limit === null || limit.step === 'clear' ? null : whyStuck(limit);
  if (limit !== null && stuck !== null) return said('stuck', stuck, limit.at);
  // What it did in an earlier run says nothing about this one.
  const active = Math.max(facts.activeAt ?? 0, run.startedAt);
  if (now - active <= workingMs) return said('working', 'it did something in the last 30 s', active);
  if (now - active > stuckMs) return said('stuck', `alive, but without any activity for ${ago(now - active)}`, active);
  return said('idle', `alive, no activity for ${ago(now - active)}`, active);
}

/**
 * What an agent is doing, told from what was heard of it. An end counts until something newer is heard outside of the
 * run. An agent without runs reports about itself only: it works, or it is idle.
 */
export function agentState(facts: AgentFacts, now: number): AgentState {
  const { run, activeAt } = facts;
  if (run !== null && run.endedAt === null) return ofRunning(facts, run, now);
  const active = activeAt ?? facts.lastAt;
  if (run !== null && run.endedAt !== null && active <= run.endedAt + second) {
    return said('done', `its run ended: ${run.endReason ?? 'reason not known'}`, run.endedAt);
  }
  const since = Math.min(active, now);
  if (active - now > aheadMs) return said('idle', `its newest word is dated ${new Date(active).toISOString()}`, since);
  if (now - active <= workingMs) return said('working', 'it did something in the last 30 s', since);
  return said('idle', `nothing was heard of it for ${ago(now - active)}`, since);
}
