const idBytes = 16;

/**
 * Ids of lines in few bytes: how many first bytes all of them share (0 to 15), those bytes, then the others of each, in
 * order. `ids_of` of the migrations reads it in SQL. UUIDv7 made together share four or five bytes of their time.
 */
export function packIds(ids: readonly string[]): Buffer {
  const all = ids.map((id) => Buffer.from(id.replaceAll('-', ''), 'hex'));
  const [first = Buffer.alloc(idBytes)] = all;
  let shared = idBytes - 1;
  for (const id of all) while (first.compare(id, 0, shared, 0, shared) !== 0) shared -= 1;
  return Buffer.concat([Buffer.of(shared), first.subarray(0, shared), ...all.map((id) => id.subarray(shared))]);
}

/** The ids that `packIds` packed, in their canonical form. */
export function unpackIds(packed: Buffer): string[] {
  const shared = packed[0] ?? 0;
  const prefix = packed.toString('hex', 1, 1 + shared);
  const ids: string[] = [];
  for (let at = 1 + shared; at < packed.length; at += idBytes - shared) {
    const hex = prefix + packed.toString('hex', at, at + idBytes - shared);
    ids.push(`${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`);
  }
  return ids;
}

/** As many bytes of packed ids as tell one chunk from another: up to the end of the first id. */
export const firstIdBytes = 1 + idBytes;
