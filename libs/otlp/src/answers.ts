import type { Encoding } from './read-request.ts';
import { MalformedBody, type Signal } from './signals.ts';
import { ProtoReader } from './wire/proto-reader.ts';

export const contentTypes: Readonly<Record<Encoding, string>> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
};

/** How a request said its body is written; answers, refusals too, are written the same way. */
export const encodingOf = (contentType: string | undefined): Encoding =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase() === contentTypes.protobuf ? 'protobuf' : 'json';

const rejectedNames: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
};

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

const numberField = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);

function bytesField(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
}

export type Rejected = { count: number; message: string };

/** `ExportXServiceResponse`: empty when all was taken, else how many items were not, and why. */
export function successBody(signal: Signal, encoding: Encoding, rejected: Rejected | null): Buffer {
  if (rejected === null) return encoding === 'json' ? Buffer.from('{}') : Buffer.alloc(0);
  if (encoding === 'json') {
    const partialSuccess = { [rejectedNames[signal]]: String(rejected.count), errorMessage: rejected.message };
    return Buffer.from(JSON.stringify({ partialSuccess }));
  }
  const partial = Buffer.concat([numberField(1, rejected.count), bytesField(2, Buffer.from(rejected.message))]);
  return bytesField(1, partial);
}

/** The codes of google.rpc by HTTP status. */
const rpcCodes = new Map([
  [400, 3],
  [401, 16],
  [403, 7],
  [404, 5],
  [413, 3],
  [415, 3],
  [429, 8],
  [503, 14],
]);

/** `google.rpc.Status`, the body of every refusal. */
export function statusBody(encoding: Encoding, httpStatus: number, message: string): Buffer {
  const code = rpcCodes.get(httpStatus) ?? 13;
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }));
  return Buffer.concat([numberField(1, code), bytesField(2, Buffer.from(message))]);
}

/** What a `google.rpc.Status` in protobuf says; undefined for one that says nothing, or for what is none. */
export function statusMessage(status: Buffer): string | undefined {
  const reader = new ProtoReader(status);
  try {
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === 2) return reader.string();
      reader.skip();
    }
  } catch (error) {
    if (!(error instanceof MalformedBody)) throw error;
  }
  return undefined;
}

/** `google.rpc.RetryInfo`: after how many seconds to send again. */
export const retryInfo = (seconds: number): Buffer => bytesField(1, numberField(1, seconds));

/** A `google.rpc.Status` in protobuf with how long to wait beside it: without it exporters take a full queue for a refusal. */
export const withRetryInfo = (status: Buffer, seconds: number): Buffer =>
  Buffer.concat([
    status,
    bytesField(
      3,
      Buffer.concat([
        bytesField(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
        bytesField(2, retryInfo(seconds)),
      ]),
    ),
  ]);
