import { textOf, type Value } from '../attributes.ts';
import type { Group, LogItem, Source } from '../signals.ts';
import { clip, known, type Draft, type DraftOf } from './draft.ts';
import { identityOf } from './identity.ts';
import { logEvents, ownedEvents } from './log-events.ts';
import type { Reading } from './reading.ts';
import type { Redact } from './redact.ts';
import { isoOf } from './times.ts';

type Context = { receivedAt: string; redact: Redact };

/** The event's full name: as the record says, with the prefix that Claude Code keeps to the body, or nothing. */
function eventNameOf(item: LogItem, { scope }: Source): string | undefined {
  // Codex names the line of its source in the field and the event in the attribute.
  const name = textOf(item.attributes, 'event.name') ?? textOf({ name: item.eventName }, 'name');
  if (name === undefined) return typeof item.body === 'string' && ownedEvents.test(item.body) ? item.body : undefined;
  return scope.startsWith('com.anthropic.claude_code') && !name.startsWith('claude_code.')
    ? `claude_code.${name}`
    : name;
}

function timeOf({ timeMs, observedMs, attributes }: LogItem, receivedAt: string): string {
  const told = textOf(attributes, 'event.timestamp');
  return isoOf(receivedAt, timeMs, told === undefined ? undefined : Date.parse(told), observedMs);
}

const levelOf = ({ severity, severityText }: LogItem): DraftOf<'log_entry'>['level'] => {
  if (severity >= 17 || /^(?:error|fatal|critical)/i.test(severityText)) return 'error';
  if (severity >= 13 || /^warn/i.test(severityText)) return 'warning';
  return (severity >= 1 && severity <= 8) || /^(?:debug|trace)/i.test(severityText) ? 'debug' : 'info';
};

const bodyText = (body: Value): string | undefined => {
  if (body === null) return undefined;
  return typeof body === 'string' ? body : JSON.stringify(body);
};

function draftOf(item: LogItem, source: Source, { receivedAt, redact }: Context): Draft | null {
  const { attributes, traceId, spanId } = item;
  const common = {
    at: timeOf(item, receivedAt),
    ...identityOf(source, attributes),
    ...known({ trace_id: traceId || undefined, span_id: spanId || undefined }),
  };
  const event = eventNameOf(item, source);
  if (event !== undefined) {
    const read = logEvents.get(event);
    if (read !== undefined) return read({ attributes, common, redact });
    if (ownedEvents.test(event)) return null;
  }
  const text = clip(redact(bodyText(item.body) ?? event ?? ''), 64 * 1024);
  if (text === undefined) return null;
  return { kind: 'log_entry', ...common, level: levelOf(item), message: text, source: 'system' };
}

/** What the log records of one request tell: the coding agents' events as what they mean, other logs as log entries. */
export function readLogs(groups: readonly Group<LogItem>[], context: Context): Reading {
  const drafts: Draft[] = [];
  let items = 0;
  for (const { source, items: group } of groups) {
    items += group.length;
    for (const item of group) {
      const draft = draftOf(item, source, context);
      if (draft !== null) drafts.push(draft);
    }
  }
  return { drafts, items, unused: items - drafts.length };
}
