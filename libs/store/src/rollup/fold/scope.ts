import { sql, type RawBuilder } from 'kysely';

/**
 * Which raw rows a statement reads. Of a fold: exactly those of its batches. Of a repair or a check: those of a time
 * range of whole quarter hours, which no chunk of log lines crosses, without batches that are not folded yet; a row whose ledger row is gone counts as folded.
 */
export type Scope = {
  teamId: string;
  /** Over the alias `r`. */
  rows: RawBuilder<boolean>;
  /** Label names that are dimensions for this team. */
  labelNames: readonly string[];
};

export type TakenBatches = { batchNos: number[]; minAt: Date; maxAt: Date };

/** `minAt`/`maxAt` let PostgreSQL skip the partitions of other days. */
export function batchScope(teamId: string, batches: TakenBatches, labelNames: readonly string[]): Scope {
  const rows = sql<boolean>`r.team_id = ${teamId} and r.batch_no = any(${batches.batchNos}::bigint[])
    and r.at >= ${batches.minAt} and r.at <= ${batches.maxAt}`;
  return { teamId, rows, labelNames };
}

/** Rows of a time range, told by the batches that are not folded. Reads whole days. */
export function rangeScope(
  teamId: string,
  range: { from: Date; to: Date; unfolded: number[] },
  labelNames: readonly string[],
): Scope {
  const rows = sql<boolean>`r.team_id = ${teamId} and r.at >= ${range.from} and r.at < ${range.to}
    and r.batch_no <> all(${range.unfolded}::bigint[])`;
  return { teamId, rows, labelNames };
}

/** The same for the last hours, by the batches whose ledger rows are still there: reads only what is in them. */
export function recentScope(
  teamId: string,
  { from, to }: { from: Date; to: Date },
  labelNames: readonly string[],
): Scope {
  const rows = sql<boolean>`r.team_id = ${teamId} and r.at >= ${from} and r.at < ${to}
    and r.batch_no = any(array(select l.batch_no from batch_ledger l where l.team_id = ${teamId}
      and l.folded_at is not null and l.min_at < ${to} and l.max_at >= ${from}))`;
  return { teamId, rows, labelNames };
}

/** The labels of `r` that the team allows as dimensions, null when it has none of them. */
export function allowedLabels({ labelNames }: Scope): RawBuilder<unknown> {
  const [only] = labelNames;
  if (only === undefined) return sql`null::jsonb`;
  // Of every record of every team: hardly any has it, and looking for one name costs next to nothing.
  if (labelNames.length === 1) {
    return sql`case when r.labels ? ${only}::text then jsonb_build_object(${only}::text, r.labels -> ${only}::text) end`;
  }
  return sql`(select jsonb_object_agg(l.key, l.value) from jsonb_each(r.labels) l where l.key = any(${labelNames}::text[]))`;
}
