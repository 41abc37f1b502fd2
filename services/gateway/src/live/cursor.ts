import { liveLimits } from '@telltale/contracts/live';
import { compareStreamIds, isStreamId, nextStreamId, previousStreamId, type StreamId } from './stream-id.ts';

/**
 * Where a subscription stands: everything up to `id` was delivered, but for the agents in `behind`, whose entries from
 * the given one on are still held back by the one-update-a-second rule.
 */
export type Cursor = {
  epoch: string;
  id: StreamId;
  behind: ReadonlyMap<string, StreamId>;
  /** Of the entry that comes next so many records were delivered already: a large one takes several frames. */
  part?: { entry: StreamId; records: number } | undefined;
};

const noneBehind: ReadonlyMap<string, StreamId> = new Map();

/** A 53-bit hash names an agent within a cursor; of two agents that share one, one may see an item twice. */
export function agentMark(agentId: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < agentId.length; index += 1) {
    const unit = agentId.charCodeAt(index);
    high = Math.imul(high ^ unit, 2_654_435_761);
    low = Math.imul(low ^ unit, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & low) + (high >>> 0)).toString(36);
}

/** `<epoch>:<stream id>`, `+<stream id>.<records>` within an entry, and `~<mark>.<stream id>` for each agent that is behind it. */
export function formatCursor({ epoch, id, behind, part }: Cursor): string {
  let text = `${epoch}:${id}${part === undefined ? '' : `+${part.entry}.${part.records}`}`;
  for (const [mark, first] of behind) text += `~${mark}.${first}`;
  // A cursor too long to send back is worth a fresh snapshot, which an epoch that never was asks for.
  return text.length <= liveLimits.cursorLength ? text : `none:${id}`;
}

/** `<stream id>.<records>`; null when it is none of ours. */
function parsePart(text: string): Cursor['part'] | null {
  const [, entry = '', records = ''] = /^(.*)\.(\d{1,9})$/.exec(text) ?? [];
  return isStreamId(entry) ? { entry, records: Number(records) } : null;
}

/** null when it is none of ours. */
export function parseCursor(text: string): Cursor | null {
  const colon = text.indexOf(':');
  const [place = '', ...rest] = text.slice(colon + 1).split('~');
  const [id = '', within] = place.split('+', 2);
  const part = within === undefined ? undefined : parsePart(within);
  if (colon < 1 || !isStreamId(id) || part === null) return null;
  if (rest.length === 0) return { epoch: text.slice(0, colon), id, behind: noneBehind, part };
  const behind = new Map<string, StreamId>();
  for (const part of rest) {
    const dot = part.indexOf('.');
    const first = part.slice(dot + 1);
    if (dot < 1 || !isStreamId(first)) return null;
    behind.set(part.slice(0, dot), first);
  }
  return { epoch: text.slice(0, colon), id, behind, part };
}

/** Everything at or before this was delivered, whatever the agent. */
export function deliveredUpTo(cursor: Cursor): StreamId {
  let lowest = cursor.id;
  for (const first of cursor.behind.values()) {
    const before = previousStreamId(first);
    if (compareStreamIds(before, lowest) < 0) lowest = before;
  }
  return lowest;
}

/** Whether an agent's part of entry `id` has yet to be delivered to who holds the cursor. */
export function isOutstanding(cursor: Cursor, id: StreamId, agentId: string): boolean {
  if (compareStreamIds(id, cursor.id) > 0) return true;
  const first = cursor.behind.size === 0 ? undefined : cursor.behind.get(agentMark(agentId));
  return first !== undefined && compareStreamIds(id, first) >= 0;
}

/** The cursor after all outstanding parts of the entries up to `id` were delivered. */
export function advanceCursor(cursor: Cursor, id: StreamId): Cursor {
  if (compareStreamIds(id, cursor.id) >= 0) return { epoch: cursor.epoch, id, behind: noneBehind };
  const next = nextStreamId(id);
  const behind = new Map<string, StreamId>();
  for (const [mark, first] of cursor.behind) behind.set(mark, compareStreamIds(first, next) > 0 ? first : next);
  return { epoch: cursor.epoch, id: cursor.id, behind };
}
