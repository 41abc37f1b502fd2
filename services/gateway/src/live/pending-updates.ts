import type { CommittedRecord } from '@telltale/contracts/live-entry';
import {
  liveLimits,
  type LiveItem,
  type LiveListKind,
  type LiveMessage,
  type TeamTotals,
} from '@telltale/contracts/live';
import type { ProcessMetrics, TokenUsage } from '@telltale/contracts/http/agent-telemetry';
import type { StreamId } from './stream-id.ts';
import { isListKind, toLiveItem, toProcessMetrics } from './to-live-item.ts';

/** One record on its way to rooms; its item is made once, for the first room that wants it. */
export type LiveView = { team: string; record: CommittedRecord; entry: StreamId; atMs: number; item?: Item };
type Item = LiveItem<LiveListKind>;

type Held<T> = { id: string; entry: StreamId; atMs: number; value: T };
type HeldList = { held: Held<Item>[]; dropped: number; size: number };

/** What waits for the next flush of one agent: latest values merged, lists complete up to their limit. */
export type Pending = {
  /** The oldest entry that is part of it. */
  first: StreamId;
  sample: Held<ProcessMetrics> | null;
  lists: Map<LiveListKind, HeldList>;
  usage: Held<TokenUsage> | null;
  totals: Held<TeamTotals> | null;
};

/** Characters of one list in one frame: beyond it the oldest items count as dropped, as beyond the item limit. */
const listSize = 1024 * 1024;

export const newPending = (first: StreamId): Pending => ({
  first,
  sample: null,
  lists: new Map(),
  usage: null,
  totals: null,
});

export function viewRecord(team: string, record: CommittedRecord, entry: StreamId): LiveView {
  return { team, record, entry, atMs: Date.parse(record.at) };
}

/** A cheap lower bound of an item's JSON: its long texts are what makes it large. */
function sizeOf(item: Item): number {
  let size = 100;
  for (const value of Object.values(item)) if (typeof value === 'string') size += value.length;
  return size;
}

function dropOldest(list: HeldList): void {
  const oldest = list.held.shift();
  if (oldest !== undefined) list.size -= sizeOf(oldest.value);
  list.dropped += 1;
}

const supersedes = (next: { atMs: number; id: string }, held: { atMs: number; id: string } | null): boolean =>
  held === null || next.atMs > held.atMs || (next.atMs === held.atMs && next.id > held.id);

export function addRecord(pending: Pending, view: LiveView): void {
  const { record, entry, atMs } = view;
  if (record.kind === 'process_sample') {
    const sample = { id: record.id, entry, atMs, value: toProcessMetrics(record) };
    if (supersedes(sample, pending.sample)) pending.sample = sample;
    return;
  }
  if (!isListKind(record.kind)) return;
  const item = (view.item ??= toLiveItem(view.team, record));
  let list = pending.lists.get(record.kind);
  if (list === undefined) pending.lists.set(record.kind, (list = { held: [], dropped: 0, size: 0 }));
  list.held.push({ id: record.id, entry, atMs, value: item });
  list.size += sizeOf(item);
  while (list.held.length > liveLimits.itemsPerList || (list.size > listSize && list.held.length > 1)) dropOldest(list);
}

/**
 * Leaves the newest items of each list, equally many of all, so that all together have at most `most` characters; what
 * goes is counted as dropped.
 */
export function trimLists(flushed: Iterable<Pending>, most: number): void {
  const lists = [...flushed].flatMap((pending) => [...pending.lists.values()]);
  let size = lists.reduce((sum, list) => sum + list.size, 0);
  for (let items: number = liveLimits.itemsPerList; size > most; items = Math.floor(items / 2)) {
    for (const list of lists) {
      const before = list.size;
      while (list.held.length > items) dropOldest(list);
      size += list.size - before;
      if (items === 0 && size <= most) return;
    }
    if (items === 0) return;
  }
}

/** Whether one more record may push an item out; who must lose nothing sends what it has first. */
export function isFull(pending: Pending, view: LiveView): boolean {
  if (!isListKind(view.record.kind)) return false;
  const list = pending.lists.get(view.record.kind);
  if (list === undefined) return false;
  const item = (view.item ??= toLiveItem(view.team, view.record));
  return list.held.length >= liveLimits.itemsPerList || list.size + sizeOf(item) > listSize;
}

/** Says of one held value whether its receiver has it already. */
export type KnownTo = (held: { id: string; entry: StreamId; atMs: number }, isLatestValue: boolean) => boolean;

const byTime = (a: Held<Item>, b: Held<Item>): number => a.atMs - b.atMs || (a.id < b.id ? -1 : 1);

function listMessage(
  base: { type: 'agent_telemetry'; team_id: string; agent_id: string },
  kind: LiveListKind,
  list: HeldList,
  known: KnownTo | null,
): LiveMessage | null {
  const held = known === null ? [...list.held] : list.held.filter((one) => !known(one, false));
  if (held.length === 0 && list.dropped === 0) return null;
  held.sort(byTime);
  const data = { items: held.map((one) => one.value), ...(list.dropped > 0 ? { dropped: list.dropped } : {}) };
  const newest = held.at(-1)?.atMs ?? list.held.at(-1)?.atMs ?? 0;
  return { ...base, event: kind, data, timestamp: newest / 1000 } as LiveMessage;
}

/**
 * The messages of one agent's flush, at most one an event. `usage` is the last known total, given with the calls;
 * `known` leaves out what this receiver has.
 */
export function toMessages(
  team: string,
  agentId: string,
  pending: Pending,
  { usage, known = null }: { usage: TokenUsage | null; known?: KnownTo | null },
): LiveMessage[] {
  const messages: LiveMessage[] = [];
  const base = { type: 'agent_telemetry', team_id: team, agent_id: agentId } as const;
  const { sample, totals } = pending;
  if (sample !== null && known?.(sample, true) !== true) {
    messages.push({
      ...base,
      event: 'metrics_update',
      data: { process_metrics: sample.value },
      timestamp: sample.atMs / 1000,
    });
  }
  for (const [kind, list] of pending.lists) {
    const message = listMessage(base, kind, list, known);
    if (message === null) continue;
    if (message.event === 'llm_call') message.data.token_usage = usage;
    messages.push(message);
  }
  if (pending.usage !== null && !messages.some((message) => message.event === 'llm_call')) {
    const { value, atMs } = pending.usage;
    messages.push({ ...base, event: 'llm_call', data: { items: [], token_usage: value }, timestamp: atMs / 1000 });
  }
  if (totals !== null) {
    const { value, atMs } = totals;
    messages.push({
      type: 'agent_telemetry',
      team_id: team,
      event: 'team_totals',
      data: value,
      timestamp: atMs / 1000,
    });
  }
  return messages;
}
