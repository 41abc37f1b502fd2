import { TelltaleError } from '@telltale/contracts/errors';
import type { ByteRange } from './object-store.ts';

/**
 * Reads a `Range` header of one range of bytes. null: the whole content is meant, also when the header is none that we
 * know (RFC 9110 lets us ignore it). Throws `range_not_satisfiable` when the content ends before it.
 */
export function readRange(header: string | undefined, size: number): ByteRange | null {
  const match = header === undefined ? null : /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim());
  const [, from = '', to = ''] = match ?? [];
  if (match === null || (from === '' && to === '')) return null;
  if (from === '') {
    const last = Math.min(Number(to), size);
    if (last === 0) throw outside(size);
    return { start: size - last, end: size - 1 };
  }
  const start = Number(from);
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < start) return null;
  if (start >= size) throw outside(size);
  return { start, end };
}

const outside = (size: number): TelltaleError =>
  new TelltaleError('range_not_satisfiable', `Range: the content has ${size} bytes; begin below that`);
