/** The running account of one producer since its opening. */
export function createTotals() {
  let issued = 0;
  let rejected = 0;
  const dropped: Record<string, number> = {};
  return {
    issue(records: number): void {
      issued += records;
    },
    drop(reason: string, records: number): void {
      dropped[reason] = (dropped[reason] ?? 0) + records;
    },
    reject(records: number): void {
      rejected += records;
    },
    read: () => ({ issued, rejected, dropped: { ...dropped } }),
  };
}
export type Totals = ReturnType<typeof createTotals>;
