import { randomFillSync } from 'node:crypto';

/**
 * A source of UUIDv7 that rises within the process: within one millisecond (and when the clock steps back) the 12 bits
 * after the version count up from a random start, and on overflow the millisecond is advanced instead.
 */
export function createUuidV7(now: () => number = Date.now): () => string {
  let last = 0;
  let counter = 0;
  const random = new Uint8Array(4096);
  let used = random.length;

  const take = (length: number): Uint8Array => {
    if (used + length > random.length) {
      randomFillSync(random);
      used = 0;
    }
    used += length;
    return random.subarray(used - length, used);
  };

  return () => {
    const ms = now();
    const tail = take(10);
    if (ms > last) {
      last = ms;
      counter = (((tail[0] ?? 0) << 8) | (tail[1] ?? 0)) & 0x7ff;
    } else if (++counter > 0xfff) {
      last += 1;
      counter = 0;
    }
    const time = last.toString(16).padStart(12, '0');
    const rest = Buffer.from(tail.subarray(2)).toString('hex');
    const variant = (8 | (Number.parseInt(rest.charAt(0), 16) & 3)).toString(16);
    const middle = `7${counter.toString(16).padStart(3, '0')}`;
    return `${time.slice(0, 8)}-${time.slice(8)}-${middle}-${variant}${rest.slice(1, 4)}-${rest.slice(4)}`;
  };
}
