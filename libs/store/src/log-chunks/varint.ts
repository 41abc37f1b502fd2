/** Whole numbers up to this, of either sign, fit `writeNumbers`. */
export const greatestNumber = 2 ** 48;

/** Appends small numbers as one byte each and others as more: seven bits a byte, the sign in the lowest. */
export function writeNumbers(bytes: number[], numbers: readonly number[]): void {
  for (const number of numbers) {
    let rest = number < 0 ? -2 * number - 1 : 2 * number;
    // Division, for shifts know 32 bits only.
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
    bytes.push(rest);
  }
}

/** The `count` numbers that `writeNumbers` wrote from `start` on, and where they end. */
export function readNumbers(bytes: Uint8Array, start: number, count: number): { numbers: number[]; end: number } {
  const numbers: number[] = [];
  let end = start;
  for (let read = 0; read < count; read += 1) {
    let whole = 0;
    let scale = 1;
    let byte: number;
    do {
      byte = bytes[end] ?? 0;
      end += 1;
      whole += (byte % 128) * scale;
      scale *= 128;
    } while (byte > 127);
    numbers.push(whole % 2 === 0 ? whole / 2 : -(whole + 1) / 2);
  }
  return { numbers, end };
}
