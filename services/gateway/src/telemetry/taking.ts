/** The batches that are being taken just now, by name: which records each is of, and how many requests bring it. */
export function createTaking() {
  const now = new Map<string, { idsHash: string; requests: number }>();
  return {
    /** False while other records are being taken under that name; else `done` has to follow. */
    begin(name: string, idsHash: string): boolean {
      const other = now.get(name);
      if (other !== undefined && other.idsHash !== idsHash) return false;
      now.set(name, { idsHash, requests: (other?.requests ?? 0) + 1 });
      return true;
    },
    done(name: string): void {
      const mine = now.get(name);
      if (mine === undefined || mine.requests === 1) now.delete(name);
      else mine.requests -= 1;
    },
  };
}
