import type { Group, LogItem } from '../signals.ts';
import {
  attributesOf,
  groupsOf,
  hexOf,
  nanosecondsOf,
  numberOf,
  parseBody,
  stringOf,
  valueOf,
  type Json,
} from './json-common.ts';

const logOf = (log: Json): LogItem[] => [
  {
    timeMs: nanosecondsOf(log, 'timeUnixNano'),
    observedMs: nanosecondsOf(log, 'observedTimeUnixNano'),
    severity: typeof log['severityNumber'] === 'string' ? 0 : numberOf(log, 'severityNumber'),
    severityText: stringOf(log, 'severityText'),
    eventName: stringOf(log, 'eventName'),
    body: valueOf(log['body']),
    attributes: attributesOf(log, 'attributes'),
    traceId: hexOf(log, 'traceId', 32),
    spanId: hexOf(log, 'spanId', 16),
  },
];

/** `ExportLogsServiceRequest` in JSON. Throws MalformedBody. */
export const logsOfJson = (body: Buffer): Group<LogItem>[] =>
  groupsOf(parseBody(body), { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords' }, logOf);
