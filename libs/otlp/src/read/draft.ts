import type { TelemetryRecord } from '@telltale/contracts/records/record';

type WithoutId<R> = R extends unknown ? Omit<R, 'v' | 'id'> : never;

/** A record that OTLP told of, before it has its id: only one that is to be known again has it already. */
export type Draft = WithoutId<TelemetryRecord> & { id?: string };
export type DraftOf<K extends Draft['kind']> = Extract<Draft, { kind: K }>;

/** Leaves out what is not known: an absent field is not null and not 0. */
export function known<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept: Partial<Record<string, unknown>> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) kept[name] = value;
  }
  return kept as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Cuts to `max` UTF-16 units without halving a pair, and takes out what PostgreSQL refuses. */
export function clip(text: string | undefined, max = 200): string | undefined {
  if (text === undefined) return undefined;
  // Nearly every text is well as it is, and looking is cheaper than making another.
  const cut = text.length > max ? text.slice(0, max) : text;
  const whole = cut.isWellFormed() ? cut : cut.toWellFormed();
  const clean = whole.includes('\u0000') ? whole.replaceAll('\u0000', '\ufffd') : whole;
  return clean === '' ? undefined : clean;
}

/** A whole, plausible count, else nothing. */
export const countOf = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** Milliseconds ≥ 0, else nothing. */
export const durationOf = (value: number | undefined): number | undefined =>
  value !== undefined && value >= 0 && value < 1e12 ? Math.round(value * 1_000) / 1_000 : undefined;
