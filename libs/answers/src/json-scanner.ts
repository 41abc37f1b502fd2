/**
 * Which members of a JSON document are looked at: a name leads deeper, `[]` stands for every element of a list, and a
 * text is the name under which a value is handed out. A text that begins with `#` only counts: no value is kept.
 */
export type Wanted = { readonly [member: string]: Wanted | string };

export type JsonScanner = {
  push(bytes: Buffer): void;
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

function indexOrEnd(bytes: Buffer, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at === -1 ? bytes.length : at;
}

/**
 * Finds a few values in JSON of any size, in any pieces, and keeps nothing else. Documents may follow each other or
 * stand in one list. It checks nothing: of what is no JSON it finds nothing or something wrong, and never fails.
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
  /** What is wanted in each open container; undefined where nothing is. */
  let nodes: (Wanted | undefined)[] = [];
  let lists: boolean[] = [];
  /** Of the value that comes next. */
  let next: Wanted | string | undefined = wanted;
  let inString = false;
  let escaped = false;
  let expectKey = false;
  let key: number[] | null = null;
  let inScalar = false;
  /** Containers that are open inside one in which nothing is wanted: they are only counted. */
  let deep = 0;
  let base = 0;
  /** Where the next ones are in these bytes, as far as they were looked for. */
  let quoteAt = -1;
  let slashAt = -1;
  let capture: { name: string; depth: number; start: number; parts: Buffer[]; size: number } | null = null;
  let captureFrom = 0;

  const beginCapture = (name: string, at: number): void => {
    if (capture !== null) return;
    capture = { name, depth: nodes.length, start: base + at, parts: [], size: 0 };
    captureFrom = at;
  };

  const keep = (bytes: Buffer, end: number): void => {
    if (capture === null) return;
    const size = end - captureFrom;
    if (!capture.name.startsWith('#') && capture.size + size <= mostValueBytes && size > 0)
      capture.parts.push(Buffer.from(bytes.subarray(captureFrom, end)));
    capture.size += size;
    captureFrom = 0;
  };

  const endCapture = (bytes: Buffer, end: number): void => {
    if (capture === null || capture.depth !== nodes.length) return;
    keep(bytes, end);
    const { name, parts, size, start } = capture;
    capture = null;
    if (name.startsWith('#')) return onValue(name, undefined, start, base + end);
    if (size > mostValueBytes) return;
    try {
      onValue(name, JSON.parse(Buffer.concat(parts).toString('utf8')), start, base + end);
    } catch {
      // No JSON after all: there is no value to tell of.
    }
  };

  const valueBegins = (at: number): void => {
    if (typeof next === 'string') beginCapture(next, at);
  };

  const open = (at: number, list: boolean): void => {
    valueBegins(at);
    const inside = typeof next === 'string' ? undefined : next;
    // A list around documents is transparent.
    const around = list && nodes.length === 0;
    nodes.push(around ? { '[]': wanted } : inside);
    lists.push(list);
    expectKey = !list;
    next = list ? (around ? wanted : inside?.['[]']) : undefined;
  };

  const close = (bytes: Buffer, at: number): void => {
    const wasList = lists.at(-1) === true;
    nodes.pop();
    lists.pop();
    endCapture(bytes, at + 1);
    const isDocument = nodes.length === 0 || (nodes.length === 1 && lists[0] === true);
    if (isDocument && !wasList) onDocument?.();
    expectKey = false;
    if (nodes.length === 0) next = wanted;
  };

  const separate = (): void => {
    if (lists.at(-1) === false) {
      expectKey = true;
      next = undefined;
    } else if (nodes.length > 0) next = nodes.at(-1)?.['[]'];
  };

  /** Where the quote is that ends a string which is of no interest; a long one is searched by the system, not byte by byte. */
  const endOfString = (bytes: Buffer, from: number): number => {
    let at = from;
    if (escaped && at < bytes.length) {
      escaped = false;
      at += 1;
    }
    for (let near = Math.min(bytes.length, at + nearBytes); at < near; at += 1) {
      const byte = bytes[at] as number;
      if (byte === quote) return at;
      if (byte !== backslash) continue;
      at += 1;
      near = Math.min(bytes.length, near + 1);
    }
    while (at < bytes.length) {
      // Neither is searched for again before it is passed: text has a backslash in each line, and its quote far away.
      if (quoteAt < at) quoteAt = indexOrEnd(bytes, quote, at);
      if (slashAt < at) slashAt = indexOrEnd(bytes, backslash, at);
      if (slashAt >= quoteAt) return quoteAt;
      at = slashAt + 2;
    }
    // A backslash may have been the last byte: what it escapes comes with the next piece.
    escaped = at > bytes.length;
    return bytes.length;
  };

  /** Goes on to the end of a string, or of the bytes. */
  const passString = (bytes: Buffer, from: number): number => {
    let at = from;
    if (key !== null) {
      for (; at < bytes.length; at += 1) {
        const byte = bytes[at] as number;
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) break;
        if (key.length <= mostKeyBytes) key.push(byte);
      }
    } else at = endOfString(bytes, at);
    if (at === bytes.length) return at;
    inString = false;
    if (key === null) endCapture(bytes, at + 1);
    else {
      const node = nodes.at(-1);
      const name = node === undefined ? '' : String.fromCharCode(...key);
      next = node !== undefined && Object.hasOwn(node, name) ? node[name] : undefined;
      key = null;
    }
    return at + 1;
  };

  const reset = (): void => {
    nodes = [];
    lists = [];
    next = wanted;
    inString = escaped = expectKey = inScalar = false;
    deep = 0;
    key = null;
    capture = null;
  };

  const takeByte = (bytes: Buffer, at: number, byte: number): void => {
    if (byte === quote) {
      inString = true;
      if (expectKey) {
        expectKey = false;
        key = [];
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
  const passContainer = (bytes: Buffer, from: number): number => {
    for (let at = from; at < bytes.length; at += 1) {
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
    return bytes.length;
  };

  return {
    push(bytes) {
      captureFrom = 0;
      quoteAt = slashAt = -1;
      for (let at = 0; at < bytes.length;) {
        if (inString) at = passString(bytes, at);
        else if (nodes.length > 0 && nodes[nodes.length - 1] === undefined) at = passContainer(bytes, at);
        else {
          takeByte(bytes, at, bytes[at] as number);
          at += 1;
        }
      }
      keep(bytes, bytes.length);
      base += bytes.length;
    },
    reset,
  };
}
