import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** Of every team that allows any: the labels that are dimensions of its rollups. */
export async function readAllowedLabels(db: Db): Promise<Map<string, ReadonlySet<string>>> {
  const rows = await db
    .selectFrom('team')
    .select(['team_id', 'label_names'])
    .where(sql<boolean>`label_names <> '{}'`)
    .execute();
  return new Map(rows.map(({ team_id, label_names }) => [team_id, new Set(label_names)]));
}
