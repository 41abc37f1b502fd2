import type { ColumnType, Generated } from 'kysely';

/** timestamptz: a Date when read (ms precision), a Date or an ISO string when written. */
export type Time = ColumnType<Date, Date | string, Date | string>;
export type NullableTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
export type DefaultTime = ColumnType<Date, Date | string | undefined, Date | string>;

/** numeric: a decimal string when read, so that no digit of money passes through a float. */
export type NullableMoney = ColumnType<string | null, string | number | null | undefined, string | number | null>;

/** jsonb object. An array must be written as its JSON text: the driver would make a PostgreSQL array of it. */
export type Json = ColumnType<
  Record<string, unknown>,
  Record<string, unknown> | string,
  Record<string, unknown> | string
>;
export type NullableJson = ColumnType<
  Record<string, unknown> | null,
  Record<string, unknown> | string | null | undefined,
  Record<string, unknown> | string | null
>;

/** A column with a default in the table. */
export type Default<T> = Generated<T>;
