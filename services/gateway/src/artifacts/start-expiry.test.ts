import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { readArtifactUsage } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFolderStore } from './folder-store.ts';
import { createArtifactKeeper, type ArtifactKeeper } from './keep-artifacts.ts';
import { startExpiry } from './start-expiry.ts';

const stack = new AsyncDisposableStack();
const log = createLog({ service: 'gateway', level: 'silent' });
const folder = stack.adopt(mkdtempSync(join(tmpdir(), 'expiry-')), (path) => rmSync(path, { recursive: true }));
let db: ReturnType<typeof createDatabase>['kysely'];
let open: (quota: number | null, whenFull?: 'refuse' | 'evict') => Promise<ArtifactKeeper>;
beforeAll(async () => {
  const { url } = stack.use(await createTestDatabase());
  ({ kysely: db } = stack.use(createDatabase({ url, max: 4, applicationName: 'test' })));
  open = async (quota, whenFull = 'refuse') =>
    createArtifactKeeper({ db, store: await openFolderStore(folder), quota, whenFull, log });
});
afterAll(() => stack.disposeAsync());

async function keep(keeper: ArtifactKeeper, team: string, bytes: number): Promise<string> {
  const content = Readable.from([Buffer.alloc(bytes)]);
  await using taken = await keeper.take(team, { artifact_type: 'log' }, content, 'user:ada');
  return (await taken.commit()).artifact_id;
}
const age = (artifactId: string, days: number) =>
  db
    .updateTable('stored_artifact')
    .set({ created_at: new Date(Date.now() - days * 86_400_000) })
    .where('artifact_id', '=', artifactId)
    .execute();
const idsOf = async (team: string): Promise<string[]> =>
  (await db.selectFrom('stored_artifact').select('artifact_id').where('team_id', '=', team).execute())
    .map(({ artifact_id }) => artifact_id)
    .toSorted();
const files = (): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
const booked = (team: string) =>
  db
    .selectFrom('audit_entry')
    .select(['principal', 'action', 'object', 'detail'])
    .where('team_id', '=', team)
    .execute();

test('artifacts go when they were kept long enough, with their content, and that is booked', async () => {
  const keeper = await open(null);
  const [old, young, other] = [
    await keep(keeper, 'red', 10),
    await keep(keeper, 'red', 7),
    await keep(keeper, 'blue', 5),
  ];
  await age(old, 31);
  await age(young, 29);
  await age(other, 31);
  await using _expiring = startExpiry({ db, keeper, keptMs: 30 * 86_400_000, clock: systemClock, log });
  await until(() => files() === 1, { what: 'the content of what went' });
  expect([await idsOf('red'), await idsOf('blue')]).toEqual([[young], []]);
  expect([await readArtifactUsage(db, 'red'), await readArtifactUsage(db, 'blue')]).toEqual([7, 0]);
  await until(async () => (await db.selectFrom('loose_object').selectAll().execute()).length === 0);
  expect(await booked('red')).toEqual([
    {
      principal: 'service:gateway',
      action: 'artifact.expire',
      object: 'team:red',
      detail: { artifacts: 1, size_bytes: 10, before: expect.any(String) as string },
    },
  ]);
});

test('where the oldest make room, an upload is never refused but for what is larger than the quota', async () => {
  const keeper = await open(100, 'evict');
  const kept: string[] = [];
  for (const bytes of [40, 40, 20]) kept.push(await keep(keeper, 'full', bytes));
  for (const [index, id] of kept.entries()) await age(id, 9 - index);
  // Nothing more than is needed goes.
  kept.push(await keep(keeper, 'full', 30));
  expect(await idsOf('full')).toEqual(kept.slice(1).toSorted());
  expect(await readArtifactUsage(db, 'full')).toBe(90);
  await expect(keep(keeper, 'full', 101)).rejects.toMatchObject({ code: 'artifact_quota_exceeded' });
  expect(await idsOf('full')).toEqual(kept.slice(1).toSorted());
  // Several at once: the quota holds, and all of them find room.
  const made = await Promise.all(Array.from({ length: 4 }, () => keep(keeper, 'full', 25)));
  expect(await idsOf('full')).toEqual(made.toSorted());
  expect(await readArtifactUsage(db, 'full')).toBe(100);
  const evictions = (await booked('full')).map(({ action }) => action);
  expect(new Set(evictions)).toEqual(new Set(['artifact.evict']));
});

test('an artifact that was stored under its own id is answered whatever has room', async () => {
  const keeper = await open(10, 'evict');
  const fields = { artifact_type: 'log', artifact_id: randomUUID() };
  for (const _ of [1, 2]) {
    await using taken = await keeper.take('own', fields, Readable.from([Buffer.alloc(9)]), 'user:ada');
    expect(await taken.commit()).toMatchObject({ size_bytes: 9 });
  }
  expect(await readArtifactUsage(db, 'own')).toBe(9);
});
