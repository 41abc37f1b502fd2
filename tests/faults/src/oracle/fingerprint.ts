import { hash } from 'node:crypto';

/** What names the row's place and what the collector adds; everything else is the sender's word. */
const notSent = new Set([
  'v',
  'kind',
  'id',
  'team_id',
  'batch_no',
  'cost_usd',
  'cost_source',
  'price_version',
  'derived_provider',
]);

/** PostgreSQL writes the same instant in another way. */
const times = new Set(['at', 'started_at']);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Objects by sorted keys, because jsonb keeps none of their order; null is absent; a time is its instant. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, canonical(value[key])]));
}

/** The same for a record as it was sent and for the row it became; 64 bits of its SHA-256. */
export function fingerprint(record: Readonly<Record<string, unknown>>): string {
  const parts: unknown[] = [];
  for (const key of Object.keys(record).toSorted()) {
    const value = record[key];
    if (value === null || value === undefined || notSent.has(key)) continue;
    parts.push(key, times.has(key) && typeof value === 'string' ? Date.parse(value) : canonical(value));
  }
  return hash('sha256', JSON.stringify(parts)).slice(0, 16);
}
