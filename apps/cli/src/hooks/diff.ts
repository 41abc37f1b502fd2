/** What changes in a text, line by line: ` ` as it was, `-` taken out, `+` put in, with two lines around each change. */
export function diffLines(before: string, after: string): string[] {
  const [old, now] = [before === '' ? [] : before.split('\n'), after === '' ? [] : after.split('\n')];
  // Settings files are short: the longest common part is found by the table.
  const common = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = common[i];
    if (row === undefined) continue;
    for (let j = now.length - 1; j >= 0; j -= 1)
      row[j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const all: string[] = [];
  for (let i = 0, j = 0; i < old.length || j < now.length;) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      all.push(` ${old[i] ?? ''}`);
      i += 1;
      j += 1;
    } else if (i < old.length && (j >= now.length || at(i + 1, j) >= at(i, j + 1))) {
      all.push(`-${old[i] ?? ''}`);
      i += 1;
    } else {
      all.push(`+${now[j] ?? ''}`);
      j += 1;
    }
  }
  const near = (index: number): boolean =>
    all.slice(Math.max(0, index - 2), index + 3).some((line) => !line.startsWith(' '));
  return all.filter((_line, index) => near(index));
}
