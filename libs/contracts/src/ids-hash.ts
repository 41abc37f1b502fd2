/**
 * What tells two batches with the same `(producer_id, seq)` apart: the ids of all records as sent, in order, refused
 * ones included, a missing id as the empty string. Feed it to SHA-256.
 */
export function idsHashInput(records: readonly unknown[]): string {
  return records.map(idOf).join('\n');
}

function idOf(record: unknown): string {
  if (typeof record !== 'object' || record === null) return '';
  const id: unknown = Reflect.get(record, 'id');
  return typeof id === 'string' ? id : '';
}
