/** The running account of one producer since its opening; a replay goes on from what the dead process wrote down. */
export function createTotals(from: { issued: number; dropped: Readonly<Record<string, number>> }) {
  let { issued } = from;
  let rejected = 0;
  const dropped: Record<string, number> = { ...from.dropped };
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
