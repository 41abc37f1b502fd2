import type { TelemetryRecord } from '@telltale/contracts/records/record';

type WithoutId<R> = R extends unknown ? Omit<R, 'v' | 'id'> : never;

/** A record that OTLP told of, before it has its id. */
export type Draft = WithoutId<TelemetryRecord>;
export type DraftOf<K extends Draft['kind']> = Extract<Draft, { kind: K }>;

/** Leaves out what is not known: an absent field is not null and not 0. */
export function known<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** Cuts to `max` UTF-16 units without halving a pair, and takes out what PostgreSQL refuses. */
export function clip(text: string | undefined, max = 200): string | undefined {
  if (text === undefined) return undefined;
  const clean = text.slice(0, max).toWellFormed().replaceAll('\u0000', '\ufffd');
  return clean === '' ? undefined : clean;
}

/** A whole, plausible count, else nothing. */
export const countOf = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** Milliseconds ≥ 0, else nothing. */
export const durationOf = (value: number | undefined): number | undefined =>
  value !== undefined && value >= 0 && value < 1e12 ? Math.round(value * 1_000) / 1_000 : undefined;
