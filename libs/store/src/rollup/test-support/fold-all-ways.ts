import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { expect } from 'vitest';
import { foldTeam } from '../fold/fold-team.ts';
import { compareWithRaw } from '../repair/compare.ts';
import type { AStore } from './a-store.ts';

let teams = 0;

/**
 * What is read of a team after the records were folded at once, backwards (unless told otherwise) and one by one, and the team
 * of the last; fails when two differ, or when what was kept of the minutes about the newest is not what the raw records come to.
 */
export async function foldAllWays<T>(
  store: AStore,
  records: readonly TelemetryRecord[],
  read: (team: string) => Promise<T>,
  { backwards = true }: { backwards?: boolean } = {},
): Promise<{ found: T; team: string }> {
  const newest = Math.max(...records.map(({ at }) => Date.parse(at)));
  const range = { from: new Date(newest - 60_000), to: new Date(newest + 120_000) };
  const single = records.map((record) => [record]);
  const foldNew = async (batches: readonly (readonly TelemetryRecord[])[]): Promise<{ found: T; team: string }> => {
    const team = `ways-${++teams}`;
    for (const batch of batches) {
      await store.store(batch, { team });
      await foldTeam(store.db, team);
    }
    // All at once is what a recomputation does.
    if (batches.length > 1)
      expect(await compareWithRaw(store.db, team, range)).toMatchObject({ differing: 0, strayRecords: 0 });
    return { found: await read(team), team };
  };
  const others = [await foldNew([records]), ...(backwards ? [await foldNew(single.toReversed())] : [])];
  const last = await foldNew(single);
  for (const { found } of others) expect(found).toEqual(last.found);
  return last;
}
