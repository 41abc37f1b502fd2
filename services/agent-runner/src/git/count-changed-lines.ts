export type ChangedLines = { insertions: number; deletions: number };

/** Beyond this many differences the shortest way is not looked for: all that differs counts as rewritten. */
const mostDifferences = 2_000;

/** Lines with their ends, so that a last line that gains one counts as changed, as git counts it. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Lines added and removed between two texts, by the shortest edit (Myers). */
export function countChangedLines(before: string, after: string): ChangedLines {
  const a = linesOf(before);
  const b = linesOf(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1;
    endB -= 1;
  }
  const n = endA - start;
  const m = endB - start;
  const edits = shortestEdit(a.slice(start, endA), b.slice(start, endB));
  // Every edit is an insertion or a deletion, and their difference is that of the lengths.
  return { insertions: (edits + m - n) / 2, deletions: (edits + n - m) / 2 };
}

function shortestEdit(a: readonly string[], b: readonly string[]): number {
  const longest = a.length + b.length;
  const bound = Math.min(longest, mostDifferences);
  const reach = new Map<number, number>([[1, 0]]);
  for (let d = 0; d <= bound; d += 1) {
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (reach.get(k - 1) ?? 0) < (reach.get(k + 1) ?? 0));
      let x = down ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      reach.set(k, x);
      if (x >= a.length && x - k >= b.length) return d;
    }
  }
  return longest;
}
