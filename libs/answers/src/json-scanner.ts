import { memberOf, nodeOf, type WantedNode, type Wanted } from './wanted-members.ts';

export type JsonScanner = {
  /** What stands between `from` and `end`. */
  push(bytes: Buffer, from?: number, end?: number): void;
  /** What comes next is a new document, whatever was left open. */
  reset(): void;
};

/** Kept of one value; usage, ids and names are far smaller. */
const mostValueBytes = 64 * 1024;
const mostKeyBytes = 64;

/** Most strings end within so many bytes. */
const nearBytes = 48;

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;

const noBytes = Buffer.alloc(0);

function indexOrEnd(bytes: Buffer, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at === -1 ? bytes.length : at;
}

/**
 * Finds a few values in JSON of any size, in any pieces, and keeps nothing else. Documents may follow each other or
 * stand in one list. It checks nothing: of what is no JSON it finds nothing or something wrong, and never fails. What it
 * makes while it looks is collected at the cost of the calls that are on their way, so it makes nothing but the values.
 */
export function createJsonScanner({
  wanted,
  onValue,
  onDocument,
}: {
  wanted: Wanted;
  /** `start` and `end` are offsets into all that was pushed. */
  onValue: (name: string, value: unknown, start: number, end: number) => void;
  /** A document is over; its values were handed out. */
  onDocument?: () => void;
}): JsonScanner {
  const top = nodeOf(wanted);
  const around: WantedNode = { members: [], each: top, ends: undefined };
  /** What is wanted in each open container, as many as `depth`; undefined where nothing is. */
  const inside: (WantedNode | undefined)[] = [];
  const lists: boolean[] = [];
  const starts: number[] = [];
  let depth = 0;
  /** Of the value that comes next. */
  let next: WantedNode | string | undefined = top;
  let inString = false;
  let escaped = false;
  let expectKey = false;
  let inKey = false;
  let keyFrom = 0;
  /** The beginning of a key that another piece ended in. */
  let keyHeld = noBytes;
  let inScalar = false;
  /** Containers that are open inside one in which nothing is wanted: they are only counted. */
  let deep = 0;
  let base = 0;
  /** What is pushed, where it ends, once something is searched for in it; and where the next ones are. */
  let view: Buffer | null = null;
  let quoteAt = -1;
  let slashAt = -1;
  /** The value that is kept, what of it came with earlier pieces, and where it began. */
  let captured: string | null = null;
  let captureDepth = 0;
  let captureStart = 0;
  let captureFrom = 0;
  let captureSize = 0;
  let captureHeld: Buffer[] = [];

  const beginCapture = (name: string, at: number): void => {
    if (captured !== null) return;
    captured = name;
    captureDepth = depth;
    captureStart = base + at;
    captureFrom = at;
    captureSize = 0;
    if (captureHeld.length > 0) captureHeld = [];
  };

  /** The piece ends within a value. */
  const holdCapture = (bytes: Buffer, to: number): void => {
    if (captured === null) return;
    captureSize += to - captureFrom;
    if (!captured.startsWith('#') && captureSize <= mostValueBytes && to > captureFrom)
      captureHeld.push(Buffer.from(bytes.subarray(captureFrom, to)));
  };

  const endCapture = (bytes: Buffer, end: number): void => {
    if (captured === null || captureDepth !== depth) return;
    const name = captured;
    captured = null;
    if (name.startsWith('#')) return onValue(name, undefined, captureStart, base + end);
    if (captureSize + end - captureFrom > mostValueBytes) return;
    const whole = captureHeld.length === 0;
    const text = whole
      ? bytes.toString('utf8', captureFrom, end)
      : Buffer.concat([...captureHeld, bytes.subarray(captureFrom, end)]).toString('utf8');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // No JSON after all: there is no value to tell of.
      return;
    }
    onValue(name, value, captureStart, base + end);
  };

  const valueBegins = (at: number): void => {
    if (typeof next === 'string') beginCapture(next, at);
  };

  const open = (at: number, list: boolean): void => {
    valueBegins(at);
    // A list around documents is transparent.
    const node = list && depth === 0 ? around : typeof next === 'string' ? undefined : next;
    inside[depth] = node;
    lists[depth] = list;
    if (node?.ends !== undefined) starts[depth] = base + at;
    depth += 1;
    expectKey = !list;
    next = list ? node?.each : undefined;
  };

  const close = (bytes: Buffer, at: number): void => {
    const wasList = depth > 0 && lists[depth - 1] === true;
    const ends = depth > 0 && !wasList ? inside[depth - 1]?.ends : undefined;
    if (depth > 0) depth -= 1;
    if (ends !== undefined) onValue(ends, undefined, starts[depth] ?? 0, base + at + 1);
    endCapture(bytes, at + 1);
    const isDocument = depth === 0 || (depth === 1 && lists[0] === true);
    if (isDocument && !wasList) onDocument?.();
    expectKey = false;
    if (depth === 0) next = top;
  };

  const separate = (): void => {
    if (depth === 0) return;
    if (lists[depth - 1] === true) next = inside[depth - 1]?.each;
    else {
      expectKey = true;
      next = undefined;
    }
  };

  /** Where the quote is that ends a string which is of no interest; a long one is searched by the system, not byte by byte. */
  const endOfString = (bytes: Buffer, from: number, end: number): number => {
    let at = from;
    if (escaped && at < end) {
      escaped = false;
      at += 1;
    }
    for (let near = Math.min(end, at + nearBytes); at < near; at += 1) {
      const byte = bytes[at] as number;
      if (byte === quote) return at;
      if (byte !== backslash) continue;
      at += 1;
      near = Math.min(end, near + 1);
    }
    if (at < end) view ??= end === bytes.length ? bytes : bytes.subarray(0, end);
    while (at < end && view !== null) {
      // Neither is searched for again before it is passed: text has a backslash in each line, and its quote far away.
      if (quoteAt < at) quoteAt = indexOrEnd(view, quote, at);
      if (slashAt < at) slashAt = indexOrEnd(view, backslash, at);
      if (slashAt >= quoteAt) return quoteAt;
      at = slashAt + 2;
    }
    // A backslash may have been the last byte: what it escapes comes with the next piece.
    escaped = at > end;
    return end;
  };

  /** Goes on to the end of a name, or of the bytes. */
  const passKey = (bytes: Buffer, from: number, end: number): number => {
    let at = from;
    for (; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (escaped) escaped = false;
      else if (byte === backslash) escaped = true;
      else if (byte === quote) break;
    }
    if (at === end) {
      // A name that is longer is none that is wanted; one byte more than that says so.
      const to = Math.min(end, keyFrom + mostKeyBytes + 1 - keyHeld.length);
      if (to > keyFrom) keyHeld = Buffer.concat([keyHeld, bytes.subarray(keyFrom, to)]);
      return at;
    }
    inString = inKey = false;
    const node = inside[depth - 1];
    if (node === undefined) next = undefined;
    else if (keyHeld.length === 0) next = memberOf(node, bytes, keyFrom, at);
    else {
      const name = Buffer.concat([keyHeld, bytes.subarray(keyFrom, at)]);
      next = memberOf(node, name, 0, name.length);
    }
    return at + 1;
  };

  /** Goes on to the end of a string, or of the bytes. */
  const passString = (bytes: Buffer, from: number, end: number): number => {
    if (inKey) return passKey(bytes, from, end);
    const at = endOfString(bytes, from, end);
    if (at === end) return at;
    inString = false;
    endCapture(bytes, at + 1);
    return at + 1;
  };

  const reset = (): void => {
    depth = deep = 0;
    next = top;
    inString = escaped = expectKey = inKey = inScalar = false;
    captured = null;
  };

  const takeByte = (bytes: Buffer, at: number, byte: number): void => {
    if (byte === quote) {
      inString = true;
      if (expectKey) {
        expectKey = false;
        inKey = true;
        keyFrom = at + 1;
        keyHeld = noBytes;
      } else valueBegins(at);
      return;
    }
    const ends = byte === comma || byte === closeBrace || byte === closeBracket || byte <= 0x20;
    if (inScalar && ends) {
      inScalar = false;
      endCapture(bytes, at);
    }
    if (byte === openBrace || byte === openBracket) open(at, byte === openBracket);
    else if (byte === closeBrace || byte === closeBracket) close(bytes, at);
    else if (byte === comma) separate();
    else if (byte > 0x20 && byte !== colon && !inScalar) {
      inScalar = true;
      valueBegins(at);
    }
  };

  /** Goes on to the end of a container in which nothing is wanted: most of a conversation is of that kind. */
  const passContainer = (bytes: Buffer, from: number, end: number): number => {
    for (let at = from; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte === quote) {
        inString = true;
        return at + 1;
      }
      if (byte === openBrace || byte === openBracket) deep += 1;
      else if (byte === closeBrace || byte === closeBracket) {
        if (deep === 0) {
          close(bytes, at);
          return at + 1;
        }
        deep -= 1;
      }
    }
    return end;
  };

  return {
    push(bytes, from = 0, end = bytes.length) {
      // Offsets are told from the beginning of all pieces, whatever stands before this one in its bytes.
      base -= from;
      captureFrom = keyFrom = from;
      quoteAt = slashAt = -1;
      view = null;
      for (let at = from; at < end;) {
        if (inString) at = passString(bytes, at, end);
        else if (depth > 0 && inside[depth - 1] === undefined) at = passContainer(bytes, at, end);
        else {
          takeByte(bytes, at, bytes[at] as number);
          at += 1;
        }
      }
      holdCapture(bytes, end);
      base += end;
    },
    reset,
  };
}
