import type { LiveFrame } from '@telltale/contracts/live';
import type { LiveChannel } from '@telltale/stream/live-read';
import { agentsOfRecord } from './agents-of-record.ts';
import { advanceCursor, deliveredUpTo, formatCursor, isOutstanding, type Cursor } from './cursor.ts';
import { wantsEvent, wantsRecord, type LiveFilter } from './live-filter.ts';
import type { SeenItems } from './live-room.ts';
import { addRecord, isFull, newPending, toMessages, viewRecord, type Pending } from './pending-updates.ts';
import type { LiveTarget } from './ports.ts';
import { compareStreamIds, type StreamId } from './stream-id.ts';
import type { TokenUsage } from '@telltale/contracts/http/agent-telemetry';
import type { CommittedRecord, LiveDelta } from '@telltale/contracts/live-entry';

/** The stream no longer has all that was missed. */
export class HoleError extends Error {}

const pageEntries = 100;

const concerns = (target: LiveTarget, record: CommittedRecord): boolean => {
  if (target.kind === 'team') return true;
  if (target.kind === 'agent') return agentsOfRecord(record).includes(target.id);
  return (target.kind === 'session' ? record.session_id : record.run_id) === target.id;
};

/**
 * Sends one subscriber what lies between its cursor and the place its room has reached, in as many frames as it takes,
 * nothing dropped. `arrived` is called in the very turn in which nothing is missing, with the last entry taken in, so that
 * the subscriber joins its room before anything else can happen. Throws HoleError when entries were trimmed meanwhile.
 */
export async function catchUp(options: {
  stream: LiveChannel;
  shard: number;
  target: LiveTarget;
  filter: LiveFilter;
  givesTotals: boolean;
  cursor: Cursor;
  seen: SeenItems | null;
  usage: Map<string, TokenUsage>;
  /** How far the shard's rooms are. */
  position: () => StreamId;
  send: (frame: LiveFrame) => void;
  /** Resolves when the subscriber has taken what was sent. */
  drained: () => Promise<void>;
  arrived: (read: StreamId) => void;
  signal: AbortSignal;
}): Promise<void> {
  const { stream, shard, target, filter, givesTotals, seen, usage, signal } = options;
  let { cursor } = options;
  let read = deliveredUpTo(cursor);
  let unsaid = false;
  const collected = new Map<string, Pending>();

  const collect = (agentId: string, entry: StreamId): Pending => {
    let pending = collected.get(agentId);
    if (pending === undefined) collected.set(agentId, (pending = newPending(entry)));
    return pending;
  };

  const flush = (): void => {
    const messages = [...collected].flatMap(([agentId, pending]) =>
      toMessages(target.team, agentId, pending, { usage: usage.get(agentId) ?? null }),
    );
    collected.clear();
    if (messages.length > 0 || unsaid) options.send({ messages, cursor: formatCursor(cursor) });
    unsaid = false;
  };

  const isSeen = (record: CommittedRecord): boolean => {
    if (seen === null) return false;
    if (record.kind !== 'process_sample') return seen.ids.has(record.id);
    return Date.parse(record.at) <= seen.sampleAtMs(record.agent_id);
  };

  /** Flushes, of an entry that goes on after `records` of it, and waits until the subscriber has taken that. */
  const flushWithin = async (entry: StreamId, records: number): Promise<void> => {
    cursor = { ...cursor, part: { entry, records } };
    flush();
    await options.drained();
    signal.throwIfAborted();
  };

  /** False when a frame has to leave first. */
  const takeRecord = (record: CommittedRecord, entry: StreamId): boolean => {
    if (!concerns(target, record) || !wantsRecord(filter, record)) return true;
    if (!isOutstanding(cursor, entry, record.agent_id)) return true;
    if (isSeen(record)) {
      // The cursor has to pass it, so that it is not sent after a reconnect either.
      unsaid = true;
      return true;
    }
    const view = viewRecord(target.team, record, entry);
    if (isFull(collect(record.agent_id, entry), view)) return false;
    addRecord(collect(record.agent_id, entry), view);
    return true;
  };

  const takeRecords = async (records: readonly CommittedRecord[], entry: StreamId): Promise<void> => {
    const delivered = cursor.part?.entry === entry ? cursor.part.records : 0;
    for (const [index, record] of records.entries()) {
      if (index < delivered || takeRecord(record, entry)) continue;
      await flushWithin(entry, index);
      takeRecord(record, entry);
    }
  };

  const takeTotals = (delta: Extract<LiveDelta, { totals: unknown }>, entry: StreamId): void => {
    const atMs = Number(entry.slice(0, entry.indexOf('-')));
    for (const { agent_id, token_usage, under } of delta.totals.agents) {
      if (target.kind === 'agent' ? agent_id !== target.id : under !== undefined) continue;
      if (!wantsEvent(filter, 'llm_call') || filter.agentIds?.has(agent_id) === false) continue;
      usage.set(agent_id, token_usage);
      collect(agent_id, entry).usage = { id: '', entry, atMs, value: token_usage };
    }
    const { team } = delta.totals;
    if (team === null || target.kind !== 'team' || !wantsEvent(filter, 'team_totals')) return;
    collect('', entry).totals = { id: '', entry, atMs, value: team };
  };

  for (;;) {
    const page = await stream.read(shard, { after: read, count: pageEntries });
    signal.throwIfAborted();
    if (compareStreamIds(page.kept, read) > 0) throw new HoleError('entries were trimmed before they were read');
    for (const entry of page.entries) {
      if (entry.team === target.team) {
        const delta = entry.delta();
        if ('records' in delta) await takeRecords(delta.records, entry.id);
        else if (givesTotals) takeTotals(delta, entry.id);
      }
      cursor = advanceCursor(cursor, entry.id);
      read = entry.id;
    }
    flush();
    if (page.entries.length < pageEntries && compareStreamIds(options.position(), read) <= 0) {
      options.arrived(read);
      return;
    }
    await options.drained();
    signal.throwIfAborted();
  }
}
