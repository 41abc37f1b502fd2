import type { LiveFrame, TeamTotals } from '@telltale/contracts/live';
import type { TokenUsage } from '@telltale/contracts/http/agent-telemetry';
import { agentMark, formatCursor } from './cursor.ts';
import { dueTime } from './due-time.ts';
import { wantsEvent, wantsRecord, type LiveFilter } from './live-filter.ts';
import {
  addRecord,
  newPending,
  toMessages,
  trimLists,
  type KnownTo,
  type LiveView,
  type Pending,
} from './pending-updates.ts';
import { compareStreamIds, nextStreamId, type StreamId } from './stream-id.ts';

/** What a member was given when it joined, so that nothing is sent to it twice. */
export type Member = {
  socketId: string;
  /** Entries up to this one were sent to it alone; null once none of them waits in the room any more. */
  after: StreamId | null;
  /** Items of its snapshot: a batch committed before the snapshot may reach the stream after it. */
  seen: SeenItems | null;
};
export type SeenItems = {
  ids: ReadonlySet<string>;
  /** The time of the agent's sample it was shown, epoch ms; -1 for none. */
  sampleAtMs: (agentId: string) => number;
  /** In the clock's monotonic ms: no batch that was committed before the snapshot comes later than this. */
  untilMs: number;
};

type AgentState = {
  sentAtMs: number;
  dueAtMs: number;
  /** When the newest of what waits came. */
  heardAtMs: number;
  /** The mean time between two arrivals, lately; Infinity before the second. */
  gapMs: number;
  newestSampleMs: number;
  usage: TokenUsage | null;
  pending: Pending | null;
};

/** Sends one frame to every member but those, or to one. Says nothing: a slow member is the sender's business. */
export type SendFrame = (frame: LiveFrame, to: { except: readonly string[] } | { only: string }) => void;

/** States of agents without news that a room keeps at most. */
const idleAgents = 5_000;

/** The key that a team's totals wait under; no agent's id is empty. */
const teamItself = '';

/**
 * One room: everyone who hears the same target through the same filter. It holds back each agent's updates so that none
 * is sent twice within `intervalMs`; the first change after a quiet interval is due at once. `gridMs` > 0 lets the held
 * back updates of many agents leave together, in one frame. A busy producer publishes several times a second: when the
 * pace of an agent says that its next batch comes within `patienceMs`, what is due waits for it and leaves with it, so
 * that nobody is shown what is old already.
 */
export function createLiveRoom(options: {
  team: string;
  filter: LiveFilter;
  intervalMs: number;
  gridMs: number;
  patienceMs: number;
  /** Totals are an agent's own: a room of a session, a run or a task does not give them as its own. */
  givesTotals: boolean;
  /** Characters that the lists of one frame may have, by how many hear it. */
  frameSize: (members: number) => number;
  /** How many times longer `intervalMs` is, by how many hear it. */
  stretch: (members: number) => number;
  send: SendFrame;
}) {
  const { team, filter, intervalMs, gridMs, patienceMs, givesTotals, frameSize, stretch, send } = options;
  const agents = new Map<string, AgentState>();
  const waiting = new Map<string, AgentState>();
  const members = new Map<string, Member>();
  let nextDueMs = Number.POSITIVE_INFINITY;
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  let lastFrame = { atMs: Number.NEGATIVE_INFINITY, id: '' };

  const intervalNow = (): number => intervalMs * stretch(members.size);

  const stateOf = (agentId: string): AgentState => {
    let state = agents.get(agentId);
    if (state === undefined) {
      const never = Number.NEGATIVE_INFINITY;
      state = {
        sentAtMs: never,
        dueAtMs: never,
        heardAtMs: never,
        gapMs: Number.POSITIVE_INFINITY,
        newestSampleMs: never,
        usage: null,
        pending: null,
      };
      agents.set(agentId, state);
    }
    return state;
  };

  const keepPace = (state: AgentState, nowMs: number): void => {
    const gap = Math.min(nowMs - state.heardAtMs, intervalMs);
    // What came together is one arrival; before the first there was none.
    if (gap > 0 && state.heardAtMs > Number.NEGATIVE_INFINITY) {
      state.gapMs = Number.isFinite(state.gapMs) ? 0.75 * state.gapMs + 0.25 * gap : gap;
    }
    state.heardAtMs = nowMs;
  };

  /** When an agent is late by half its pace. */
  const lateAt = ({ heardAtMs, gapMs }: AgentState): number => heardAtMs + 1.5 * gapMs;

  /** Whether what is due waits for more: not what just came, and not for an agent that is late. */
  const expectsMore = (state: AgentState, nowMs: number, atLatest: number): boolean =>
    state.heardAtMs < nowMs && nowMs < Math.min(atLatest, lateAt(state)) && state.heardAtMs + state.gapMs <= atLatest;

  const dueAt = (state: AgentState, ms: number): void => {
    state.dueAtMs = ms;
    nextDueMs = Math.min(nextDueMs, ms);
  };

  const pendingOf = (agentId: string, state: AgentState, entry: StreamId, nowMs: number): Pending => {
    keepPace(state, nowMs);
    if (state.pending !== null) {
      // What it waited for has come.
      if (gridMs === 0 && state.sentAtMs + intervalNow() <= nowMs) dueAt(state, nowMs);
      return state.pending;
    }
    const { sentAtMs } = state;
    dueAt(state, dueTime({ agentId, nowMs, sentAtMs, intervalMs, stretch: stretch(members.size), gridMs }));
    state.pending = newPending(entry);
    waiting.set(agentId, state);
    return state.pending;
  };

  /** What of the room's waiting agents a member with a private past has yet to get. */
  const behind = (after: StreamId | null): Map<string, StreamId> => {
    const marks = new Map<string, StreamId>();
    for (const [agentId, { pending }] of waiting) {
      if (pending === null) continue;
      const own = after !== null && compareStreamIds(pending.first, after) <= 0 ? nextStreamId(after) : pending.first;
      marks.set(agentMark(agentId), own);
    }
    return marks;
  };

  const knownTo = (member: Member, agentId: string): KnownTo => {
    const { after, seen } = member;
    return ({ id, entry, atMs }, isLatestValue) => {
      if (after !== null && compareStreamIds(entry, after) <= 0) return true;
      if (seen === null) return false;
      return isLatestValue ? atMs <= seen.sampleAtMs(agentId) : seen.ids.has(id);
    };
  };

  const hasSeen = (member: Member, flushed: ReadonlyMap<string, Pending>): boolean => {
    if (member.seen === null) return false;
    for (const [agentId, { sample, lists }] of flushed) {
      const known = knownTo(member, agentId);
      if (sample !== null && known(sample, true)) return true;
      for (const { held } of lists.values()) if (held.some((one) => known(one, false))) return true;
    }
    return false;
  };

  const messagesOf = (flushed: ReadonlyMap<string, Pending>, member: Member | null): LiveFrame['messages'] =>
    [...flushed].flatMap(([agentId, pending]) =>
      toMessages(team, agentId, pending, {
        usage: agents.get(agentId)?.usage ?? null,
        known: member === null ? null : knownTo(member, agentId),
      }),
    );

  /** Members with a private past get a frame of their own; the rest share one, encoded once. */
  const sendFlushed = (flushed: ReadonlyMap<string, Pending>, epoch: string, id: StreamId, nowMs: number): void => {
    const except: string[] = [];
    for (const member of members.values()) {
      if (member.seen !== null && member.seen.untilMs <= nowMs) member.seen = null;
      if (member.after === null && !hasSeen(member, flushed)) continue;
      except.push(member.socketId);
      const cursor = formatCursor({ epoch, id, behind: behind(member.after) });
      send({ messages: messagesOf(flushed, member), cursor }, { only: member.socketId });
    }
    if (except.length < members.size) {
      send(
        { messages: messagesOf(flushed, null), cursor: formatCursor({ epoch, id, behind: behind(null) }) },
        { except },
      );
    }
    lastFrame = { atMs: nowMs, id };
  };

  const settleMembers = (): void => {
    for (const member of members.values()) {
      const { after } = member;
      if (after === null) continue;
      const held = [...waiting.values()].some(
        ({ pending }) => pending !== null && compareStreamIds(pending.first, after) <= 0,
      );
      if (!held) member.after = null;
    }
  };

  const forgetIdle = (nowMs: number): void => {
    if (agents.size <= idleAgents) return;
    for (const [agentId, state] of agents) {
      if (state.pending === null && state.sentAtMs + intervalNow() <= nowMs) agents.delete(agentId);
    }
  };

  return {
    members: members as ReadonlyMap<string, Member>,
    team,
    /** When the earliest held back update may leave, in the clock's monotonic ms; Infinity when nothing waits. */
    nextDueMs: (): number => Math.max(nextDueMs, heldUntilMs),

    /** Nothing leaves before; what is due meanwhile leaves then, in one frame. */
    hold(untilMs: number): void {
      heldUntilMs = untilMs;
    },

    add(view: LiveView, nowMs: number): void {
      const { record, atMs, entry } = view;
      if (!wantsRecord(filter, record)) return;
      const state = stateOf(record.agent_id);
      if (record.kind === 'process_sample') {
        // A sample that comes late must not turn the latest value back.
        if (atMs < state.newestSampleMs) return;
        state.newestSampleMs = atMs;
      }
      addRecord(pendingOf(record.agent_id, state, entry, nowMs), view);
    },

    addUsage(agentId: string, usage: TokenUsage, entry: StreamId, atMs: number, nowMs: number): void {
      if (!givesTotals || !wantsEvent(filter, 'llm_call')) return;
      if (filter.agentIds !== null && !filter.agentIds.has(agentId)) return;
      const state = stateOf(agentId);
      state.usage = usage;
      pendingOf(agentId, state, entry, nowMs).usage = { id: '', entry, atMs, value: usage };
    },

    addTotals(totals: TeamTotals, entry: StreamId, atMs: number, nowMs: number): void {
      if (!givesTotals || !wantsEvent(filter, 'team_totals')) return;
      pendingOf(teamItself, stateOf(teamItself), entry, nowMs).totals = { id: '', entry, atMs, value: totals };
    },

    /** From now on the member gets the room's frames. `usage` are totals it was told, for agents not heard of yet. */
    join(member: Member, usage: ReadonlyMap<string, TokenUsage>): void {
      members.set(member.socketId, member);
      for (const [agentId, total] of usage) stateOf(agentId).usage ??= total;
      settleMembers();
    },

    leave(socketId: string): void {
      members.delete(socketId);
    },

    /** Sends what is due as one frame; `id` is how far the shard was taken in. */
    flush(epoch: string, id: StreamId, nowMs: number): void {
      if (nowMs < Math.max(nextDueMs, heldUntilMs)) return;
      const flushed = new Map<string, Pending>();
      nextDueMs = Number.POSITIVE_INFINITY;
      for (const [agentId, state] of waiting) {
        if (state.pending === null) continue;
        const atLatest = state.sentAtMs + intervalNow() + patienceMs;
        if (state.dueAtMs <= nowMs && expectsMore(state, nowMs, atLatest)) {
          state.dueAtMs = Math.min(atLatest, lateAt(state));
        }
        if (state.dueAtMs > nowMs) {
          dueAt(state, state.dueAtMs);
          continue;
        }
        flushed.set(agentId, state.pending);
        state.pending = null;
        // A timer fires a little late; counted from when it was due, an agent's pace stays on the grid.
        state.sentAtMs = nowMs - state.dueAtMs < gridMs ? state.dueAtMs : nowMs;
        waiting.delete(agentId);
      }
      if (flushed.size === 0) return;
      trimLists(flushed.values(), frameSize(members.size));
      sendFlushed(flushed, epoch, id, nowMs);
      settleMembers();
      forgetIdle(nowMs);
    },

    /** A frame without messages, when none was sent for `quietMs`: it keeps the members' cursors young. Whether it was. */
    refreshCursor(epoch: string, id: StreamId, nowMs: number, quietMs: number): boolean {
      if (nowMs - lastFrame.atMs < quietMs || lastFrame.id === id || members.size === 0) return false;
      sendFlushed(new Map(), epoch, id, nowMs);
      return true;
    },
  };
}
export type LiveRoom = ReturnType<typeof createLiveRoom>;
