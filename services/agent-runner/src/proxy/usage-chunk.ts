import { createJsonScanner } from '@telltale/answers/json-scanner';
import type { RequestFacts } from '@telltale/answers/read-request';

const asked = '{"include_usage":true}';
const openBrace = 0x7b;

/**
 * A streamed chat completion tells its usage only when the request asks. The body that asks, or null when it does so
 * already, is no stream, or is no object that could be changed.
 */
export function askForUsage(body: Buffer, facts: RequestFacts): Buffer | null {
  if (facts.streamed !== true) return null;
  const { streamOptions } = facts;
  if (streamOptions === undefined) {
    const at = body.indexOf(openBrace);
    if (at === -1) return null;
    return Buffer.concat([body.subarray(0, at + 1), Buffer.from(`"stream_options":${asked},`), body.subarray(at + 1)]);
  }
  const { value, start, end } = streamOptions;
  const options = typeof value === 'object' && value !== null ? value : {};
  if (Reflect.get(options, 'include_usage') === true) return null;
  const changed = Buffer.from(JSON.stringify({ ...options, include_usage: true }));
  return Buffer.concat([body.subarray(0, start), changed, body.subarray(end)]);
}

const mostEventBytes = 1024 * 1024;
const noBytes = Buffer.alloc(0);

/**
 * Takes out of a stream what it holds only because we asked: `"usage":null` in each chunk, and the last chunk with the
 * usage and no choices. Everything else passes byte for byte; an event is held until it is whole.
 */
export function createUsageStripper(): { push(bytes: Buffer): Buffer; end(): Buffer } {
  let held: Buffer = noBytes;
  /** Of the held bytes, how many were searched for the end of an event. */
  let searched = 0;

  const endOfEvent = (): number => {
    for (let at = Math.max(0, searched - 3); at < held.length; at += 1) {
      if (held[at] !== 0x0a) continue;
      if (held[at + 1] === 0x0a) return at + 2;
      if (held[at + 1] === 0x0d && held[at + 2] === 0x0a) return at + 3;
    }
    searched = held.length;
    return -1;
  };

  return {
    push(bytes) {
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      const out: Buffer[] = [];
      for (let end = endOfEvent(); end !== -1; end = endOfEvent()) {
        out.push(stripEvent(held.subarray(0, end)));
        held = held.subarray(end);
        searched = 0;
      }
      if (held.length > mostEventBytes) {
        // Nothing that was asked for is that large.
        out.push(held);
        held = noBytes;
        searched = 0;
      }
      return out.length === 1 ? (out[0] ?? noBytes) : Buffer.concat(out);
    },
    end() {
      const rest = held;
      held = noBytes;
      return rest;
    },
  };
}

const wanted = { usage: 'usage', choices: { '[]': '#choice' }, object: 'object' } as const;

function stripEvent(event: Buffer): Buffer {
  const at = event.indexOf('data:');
  if (at === -1 || (at > 0 && event[at - 1] !== 0x0a)) return event;
  const json = event.subarray(at + 5);
  let usage: { value: unknown; start: number; end: number } | undefined;
  let choices = 0;
  let chunk = false;
  const scanner = createJsonScanner({
    wanted,
    onValue(name, value, start, end) {
      if (name === 'usage') usage = { value, start, end };
      else if (name === '#choice') choices += 1;
      else chunk = typeof value === 'string' && value.endsWith('.chunk');
    },
  });
  scanner.push(json);
  if (usage === undefined || (!chunk && choices === 0 && usage.value === null)) return event;
  if (usage.value !== null) return choices === 0 ? noBytes : event;
  return Buffer.concat([event.subarray(0, at + 5), withoutMember(json, usage.start, usage.end)]);
}

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09;

/** The document without the member whose value is there: its name goes, and the comma that it needed. */
function withoutMember(json: Buffer, valueStart: number, valueEnd: number): Buffer {
  let start = json.lastIndexOf('"usage"', valueStart);
  let end = valueEnd;
  let before = start;
  while (isSpace(json[before - 1])) before -= 1;
  if (json[before - 1] === 0x2c) start = before - 1;
  else {
    while (isSpace(json[end])) end += 1;
    if (json[end] === 0x2c) end += 1;
    while (isSpace(json[end])) end += 1;
  }
  return Buffer.concat([json.subarray(0, start), json.subarray(end)]);
}
