/**
 * UTC with milliseconds between 1970 and 2105, by its looks: cheap enough for every record. PostgreSQL would also take
 * other ways to write a time, among them second 60 and hour 24, which it moves to the next minute and day; but batches are
 * found again by their times' text.
 */
export const isPlainTime = (at: unknown): boolean =>
  typeof at === 'string' &&
  at.length === 24 &&
  at.endsWith('Z') &&
  at >= '1970' &&
  at < '2106' &&
  at.slice(11) < '24' &&
  at.slice(17) < '6';
