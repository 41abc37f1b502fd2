import { newAttributes, type Value } from '../attributes.ts';
import { realId, type Group, type LogItem } from '../signals.ts';
import { addKeyValue, anyValue, readGroups } from './proto-common.ts';
import { ProtoReader } from './proto-reader.ts';

function readLog(reader: ProtoReader): LogItem[] {
  const attributes = newAttributes();
  let body: Value = null;
  const log = { timeMs: 0, observedMs: 0, severity: 0, severityText: '', eventName: '', traceId: '', spanId: '' };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) log.timeMs = reader.nanoseconds();
    else if (field === 2) log.severity = reader.uint();
    else if (field === 3) log.severityText = reader.string();
    else if (field === 5) body = anyValue(reader.message());
    else if (field === 6) addKeyValue(attributes, reader.message());
    else if (field === 9) log.traceId = realId(reader.hex());
    else if (field === 10) log.spanId = realId(reader.hex());
    else if (field === 11) log.observedMs = reader.nanoseconds();
    else if (field === 12) log.eventName = reader.string();
    else reader.skip();
  }
  return [{ ...log, body, attributes }];
}

/** `ExportLogsServiceRequest` in protobuf. Throws MalformedBody. */
export const logsOfProtobuf = (body: Buffer): Group<LogItem>[] => readGroups(new ProtoReader(body), readLog);
