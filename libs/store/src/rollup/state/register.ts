import { sql, type RawBuilder } from 'kysely';

/** A column that holds the newest value, and the column that says of when it is. Of equal times the greater value wins. */
export type Register = { value: string; at: string };

/** The newest value of a group of fold_base rows, and its time. */
export const newestOf = ({ value }: Register): [RawBuilder<unknown>, RawBuilder<unknown>] => {
  const column = sql.ref(value);
  return [
    sql`(array_agg(${column} order by last_at desc, ${column} desc) filter (where ${column} is not null))[1]`,
    sql`max(last_at) filter (where ${column} is not null)`,
  ];
};

/** `on conflict do update set` of a register: the newer side wins, whichever came first. */
export function keepNewest({ value, at }: Register): RawBuilder<unknown> {
  const [column, time] = [sql.ref(value), sql.ref(at)];
  const newer = sql`excluded.${time} is not null and (t.${time} is null or (excluded.${time}, excluded.${column}) > (t.${time}, t.${column}))`;
  return sql`${column} = case when ${newer} then excluded.${column} else t.${column} end,
    ${time} = greatest(t.${time}, excluded.${time})`;
}

const names = (registers: readonly Register[]) =>
  sql.join(registers.flatMap(({ value, at }) => [sql.ref(value), sql.ref(at)]));

/** The three places of registers in an upsert: its columns, their values out of fold_base, and the merge. */
export const registerParts = (registers: readonly Register[]) => ({
  columns: names(registers),
  values: sql.join(registers.flatMap(newestOf)),
  merge: sql.join(registers.map(keepNewest)),
});
