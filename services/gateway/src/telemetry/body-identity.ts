import { hash as hashOf } from 'node:crypto';

/** The producer of a body that brought no `(producer_id, seq)`: the same bytes are the same batch, so a retry is stored once. */
export type BodyIdentity = { producerId: string; recordId: (index: number) => string };

/** In hex. */
const sha256 = (data: Buffer | string): string => hashOf('sha256', data);

/** The first 16 bytes of a hash as a UUID of version 8 (its bits are the application's own). */
function uuidV8(hex: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Identity from the inflated body; ids of records follow from it and their place, so that they repeat with the body. */
export function bodyIdentity(body: Buffer): BodyIdentity {
  const hash = sha256(body);
  return {
    producerId: `body:${hash}`,
    recordId: (index) => uuidV8(sha256(`${hash}:${index}`)),
  };
}
