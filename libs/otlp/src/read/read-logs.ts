import { isDrawn } from '@telltale/contracts/records/drawn-id';
import { textOf, type Value } from '../attributes.ts';
import type { Group, LogItem, Source } from '../signals.ts';
import { attemptOf, isAttempt } from './attempt-events.ts';
import { clip, known, type Draft, type DraftOf } from './draft.ts';
import { identityOf } from './identity.ts';
import { createItemIds } from './item-id.ts';
import { logEvents, ownedEvents } from './log-events.ts';
import type { LogContext } from './log-profiles.ts';
import { processOf } from './process-of.ts';
import type { Attempt, Reading } from './reading.ts';
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

const contextOf = (item: LogItem, source: Source, { receivedAt, redact }: Context): LogContext => ({
  attributes: item.attributes,
  source,
  common: {
    at: timeOf(item, receivedAt),
    ...identityOf(source, item.attributes),
    ...known({ trace_id: item.traceId || undefined, span_id: item.spanId || undefined }),
  },
  redact,
});

function draftOf(item: LogItem, source: Source, event: string | undefined, context: Context): Draft | null {
  if (event !== undefined) {
    const read = logEvents.get(event);
    if (read !== undefined) return read(contextOf(item, source, context));
    if (ownedEvents.test(event)) return null;
  }
  const { common, redact } = contextOf(item, source, context);
  const text = clip(redact(bodyText(item.body) ?? event ?? ''), 64 * 1024);
  if (text === undefined) return null;
  return { ...common, kind: 'log_entry', level: levelOf(item), message: text, source: 'system' };
}

/** A call that no id of its provider names. */
const isNameless = ({ request_id, message_id }: DraftOf<'llm_call'>): boolean =>
  request_id === undefined && (message_id === undefined || isDrawn(message_id));

/** What the log records of one request tell: the coding agents' events as what they mean, other logs as log entries. */
export function readLogs(groups: readonly Group<LogItem>[], context: Context): Reading {
  const drafts: Draft[] = [];
  const attempts: Attempt[] = [];
  const idOf = createItemIds();
  /** With the process that tells of it, and known again where neither a provider's id nor a span names it. */
  const callOf = (call: DraftOf<'llm_call'>, item: LogItem, source: Source): Draft => ({
    ...call,
    ...known({ id: isNameless(call) ? (idOf(item, source) ?? undefined) : undefined }),
    attributes: { ...call.attributes, ...known({ process: processOf(source.resource) }) },
  });
  let items = 0;
  for (const { source, items: group } of groups) {
    items += group.length;
    for (const item of group) {
      const event = eventNameOf(item, source);
      const draft = draftOf(item, source, event, context);
      if (draft !== null) drafts.push(draft.kind === 'llm_call' ? callOf(draft, item, source) : draft);
      if (event === undefined || !isAttempt(event)) continue;
      const attempt = attemptOf(event, contextOf(item, source, context));
      if (attempt !== null) attempts.push(attempt);
    }
  }
  return { drafts, items, unused: items - drafts.length, attempts };
}
