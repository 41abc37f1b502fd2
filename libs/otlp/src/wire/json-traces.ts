import type { Group, Span } from '../signals.ts';
import {
  attributesOf,
  enumOf,
  groupsOf,
  hexOf,
  listOf,
  nanosecondsOf,
  objectOf,
  parseBody,
  stringOf,
  type Json,
} from './json-common.ts';

const statusCodes = { STATUS_CODE_UNSET: 0, STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 };

const spanOf = (span: Json): Span[] => {
  const status = objectOf(span, 'status');
  return [
    {
      traceId: hexOf(span, 'traceId', 32),
      spanId: hexOf(span, 'spanId', 16),
      parentSpanId: hexOf(span, 'parentSpanId', 16),
      name: stringOf(span, 'name'),
      startMs: nanosecondsOf(span, 'startTimeUnixNano'),
      endMs: nanosecondsOf(span, 'endTimeUnixNano'),
      attributes: attributesOf(span, 'attributes'),
      events: listOf(span, 'events').map((event) => ({
        name: stringOf(event, 'name'),
        timeMs: nanosecondsOf(event, 'timeUnixNano'),
        attributes: attributesOf(event, 'attributes'),
      })),
      statusCode: enumOf(status, 'code', statusCodes),
      statusMessage: stringOf(status, 'message'),
    },
  ];
};

/** `ExportTraceServiceRequest` in JSON. Throws MalformedBody. */
export const tracesOfJson = (body: Buffer): Group<Span>[] =>
  groupsOf(parseBody(body), { resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans' }, spanOf);
