/** One line without its end. `bytes` is only valid during the call. */
export type Line = {
  /** From 1, within its stream. */
  number: number;
  bytes: Buffer;
  /** Bytes of the line that were not kept. */
  droppedBytes: number;
};

export type LineSplitter = {
  /** `chunk` is only read during the call. */
  push(chunk: Buffer): void;
  /** The stream is over: a last line without an end is a line too. */
  end(): void;
};

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Cuts bytes at `\n` (and drops one `\r` before it). Works on bytes, so that a character split over two chunks stays
 * whole, and holds at most `keep(firstByte)` bytes of a line: a gigabyte without a newline costs no more.
 */
export function createLineSplitter({
  keep,
  onLine,
}: {
  keep: (firstByte: number) => number;
  onLine: (line: Line) => void;
}): LineSplitter {
  let number = 0;
  let parts: Buffer[] = [];
  let held = 0;
  let dropped = 0;
  let most = 0;
  let open = false;

  /** What is kept for the next call is copied. */
  const hold = (bytes: Buffer, keeps: boolean): void => {
    if (bytes.length === 0) return;
    if (!open) {
      open = true;
      most = keep(bytes[0] ?? 0);
    }
    const taken = bytes.subarray(0, Math.max(0, most - held));
    if (taken.length > 0) parts.push(keeps ? Buffer.from(taken) : taken);
    held += taken.length;
    dropped += bytes.length - taken.length;
  };

  const finish = (): void => {
    number += 1;
    const [first = Buffer.alloc(0)] = parts;
    const whole = parts.length > 1 ? Buffer.concat(parts, held) : first;
    const bytes = dropped === 0 && whole.at(-1) === carriageReturn ? whole.subarray(0, -1) : whole;
    const line = { number, bytes, droppedBytes: dropped };
    parts = [];
    held = 0;
    dropped = 0;
    open = false;
    onLine(line);
  };

  return {
    push(chunk) {
      let start = 0;
      for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, start)) {
        hold(chunk.subarray(start, at), false);
        finish();
        start = at + 1;
      }
      hold(chunk.subarray(start), true);
    },
    end() {
      if (open) finish();
    },
  };
}
