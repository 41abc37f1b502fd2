const length = 60;

/** What was sampled before the page was opened and what was heard since, as one line; at most the newest sixty. */
export function joinTrails(before: readonly number[] = [], since: readonly number[] = []): readonly number[] {
  // The snapshot's own sample is the last of those before.
  const fresh = since[0] === before.at(-1) ? since.slice(1) : since;
  return [...before, ...fresh].slice(-length);
}
