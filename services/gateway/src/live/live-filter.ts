import type { CommittedRecord } from '@telltale/contracts/live-entry';
import type { LiveEvent, Subscription } from '@telltale/contracts/live';
import { common } from '@telltale/contracts/records/common';
import type { RecordOf } from '@telltale/contracts/records/record';

/** What a subscription leaves out, decided on the server. Equal filters share a room. */
export type LiveFilter = {
  events: ReadonlySet<LiveEvent> | null;
  minLevel: number;
  /** In lower case. */
  text: string | null;
  taskId: string | null;
  agentIds: ReadonlySet<string> | null;
};

const levels: Record<RecordOf<'log_entry'>['level'], number> = { debug: 0, info: 1, warning: 2, error: 3 };

export function toLiveFilter(subscription: Subscription): LiveFilter {
  return {
    events: subscription.events === undefined ? null : new Set(subscription.events),
    minLevel: subscription.min_level === undefined ? 0 : levels[subscription.min_level],
    text: subscription.q?.toLowerCase() ?? null,
    taskId: subscription.task_id ?? null,
    agentIds: subscription.agent_ids === undefined ? null : new Set(subscription.agent_ids),
  };
}

/** The same text for the same filter, whatever the order it was written in. */
export function filterKey(filter: LiveFilter): string {
  const sorted = (set: ReadonlySet<string> | null): string[] | null => (set === null ? null : [...set].sort());
  return JSON.stringify([sorted(filter.events), filter.minLevel, filter.text, filter.taskId, sorted(filter.agentIds)]);
}

export const wantsEvent = (filter: LiveFilter, event: LiveEvent): boolean =>
  filter.events === null || filter.events.has(event);

/** Whether some text of the value, at any depth, contains `text`. */
function containsText(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(text);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((inner) => containsText(inner, text));
}

/** Looks in what the record says, not in the ids it is filed under. */
const recordContains = (record: CommittedRecord, text: string): boolean =>
  Object.entries(record).some(
    ([field, value]) => !Object.hasOwn(common, field) && field !== 'kind' && containsText(value, text),
  );

/** Text is looked for in items only: a latest value has none. */
export function wantsRecord(filter: LiveFilter, record: CommittedRecord): boolean {
  const { kind } = record;
  if (kind === 'metric' || kind === 'endpoint_minute') return false;
  if (!wantsEvent(filter, kind === 'process_sample' ? 'metrics_update' : kind)) return false;
  if (filter.agentIds !== null && !filter.agentIds.has(record.agent_id)) return false;
  if (filter.taskId !== null && record.task_id !== filter.taskId) return false;
  if (kind === 'process_sample') return true;
  if (kind === 'log_entry' && levels[record.level] < filter.minLevel) return false;
  return filter.text === null || recordContains(record, filter.text);
}
