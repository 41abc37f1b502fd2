import { newAttributes } from '../attributes.ts';
import { realId, type Group, type Span, type SpanEvent } from '../signals.ts';
import { addKeyValue, readGroups } from './proto-common.ts';
import { ProtoReader } from './proto-reader.ts';

function readEvent(reader: ProtoReader): SpanEvent {
  const attributes = newAttributes();
  const event = { name: '', timeMs: 0, attributes };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) event.timeMs = reader.nanoseconds();
    else if (field === 2) event.name = reader.string();
    else if (field === 3) addKeyValue(attributes, reader.message());
    else reader.skip();
  }
  return event;
}

function readStatus(reader: ProtoReader): Pick<Span, 'statusCode' | 'statusMessage'> {
  const status = { statusCode: 0, statusMessage: '' };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 2) status.statusMessage = reader.string();
    else if (field === 3) status.statusCode = reader.uint();
    else reader.skip();
  }
  return status;
}

function readSpan(reader: ProtoReader): Span[] {
  const attributes = newAttributes();
  const events: SpanEvent[] = [];
  const span = { traceId: '', spanId: '', parentSpanId: '', name: '', startMs: 0, endMs: 0 };
  let status = { statusCode: 0, statusMessage: '' };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) span.traceId = realId(reader.hex());
    else if (field === 2) span.spanId = realId(reader.hex());
    else if (field === 4) span.parentSpanId = realId(reader.hex());
    else if (field === 5) span.name = reader.string();
    else if (field === 7) span.startMs = reader.nanoseconds();
    else if (field === 8) span.endMs = reader.nanoseconds();
    else if (field === 9) addKeyValue(attributes, reader.message());
    else if (field === 11) events.push(readEvent(reader.message()));
    else if (field === 15) status = readStatus(reader.message());
    else reader.skip();
  }
  return [{ ...span, ...status, attributes, events }];
}

/** `ExportTraceServiceRequest` in protobuf. Throws MalformedBody. */
export const tracesOfProtobuf = (body: Buffer): Group<Span>[] => readGroups(new ProtoReader(body), readSpan);
