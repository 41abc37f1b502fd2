/** Records of all reasons together; null where nobody knows. */
export const sumReasons = (reasons: Readonly<Record<string, number>> | null): number | null =>
  reasons === null ? null : Object.values(reasons).reduce((sum, count) => sum + count, 0);

export const tellReasons = (reasons: Readonly<Record<string, number>> | null): string =>
  Object.entries(reasons ?? {})
    .map(([reason, count]) => `${reason}: ${count}`)
    .join(', ');
