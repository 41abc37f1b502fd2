/** What stands for a value that is not known: never a zero. */
export const unknownText = '–';

/** An answer's null, a field that is absent, and what is no number at all are all not known. */
export function isKnown(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
