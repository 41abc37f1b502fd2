const cr = 0x0d;
const lf = 0x0a;
const space = 0x20;
const field = Buffer.from('data:');

/** Hands out what stands behind `data:` in a stream of server-sent events, in pieces as it comes. */
export function createSseData({
  onData,
  onEvent,
}: {
  /** What stands there between `from` and `end`; it is no piece of its own, for there are thousands. */
  onData: (bytes: Buffer, from: number, end: number) => void;
  onEvent: () => void;
}) {
  /** How much of `data:` was seen at the start of this line; -1 when the line is another field's. */
  let matched = 0;
  let lineLength = 0;
  let afterCr = false;

  const endLine = (): void => {
    if (lineLength === 0) onEvent();
    matched = 0;
    lineLength = 0;
  };

  return {
    push(bytes: Buffer): void {
      for (let at = 0; at < bytes.length;) {
        const byte = bytes[at] as number;
        if (afterCr && byte === lf) {
          afterCr = false;
          at += 1;
          continue;
        }
        afterCr = byte === cr;
        if (byte === lf || byte === cr) {
          endLine();
          at += 1;
          continue;
        }
        if (matched >= 0 && matched < field.length) {
          matched = byte === field[matched] ? matched + 1 : -1;
          lineLength += 1;
          at += 1;
          continue;
        }
        // The rest of the line, as far as it is here.
        let end = at;
        while (end < bytes.length && bytes[end] !== lf && bytes[end] !== cr) end += 1;
        const from = lineLength === field.length && byte === space ? at + 1 : at;
        if (matched === field.length && from < end) onData(bytes, from, end);
        lineLength += end - at;
        at = end;
      }
    },
  };
}
