import type { TaskRow } from '@telltale/contracts/http/tasks';

type Scalar = string | number | boolean;

/** What a task's inputs are told apart by, before any other. */
const namedKeys = ['symbol', 'timeframe', 'strategy_name'];
const otherKeys = 5;
const longest = 200;

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const shorten = (value: Scalar): Scalar => (typeof value === 'string' ? value.slice(0, longest).toWellFormed() : value);

/** The named inputs that there are, in the order of their names, then the first five other scalars as they were sent. */
export function inputSummary(inputs: Record<string, unknown> | null): TaskRow['input_summary'] {
  if (inputs === null) return {};
  const scalars = Object.entries(inputs).filter((entry): entry is [string, Scalar] => isScalar(entry[1]));
  const place = ([key]: [string, Scalar]): number => namedKeys.indexOf(key);
  const named = scalars.filter(([key]) => namedKeys.includes(key)).toSorted((one, other) => place(one) - place(other));
  const others = scalars.filter(([key]) => !namedKeys.includes(key)).slice(0, otherKeys);
  return Object.fromEntries([...named, ...others].map(([key, value]) => [key, shorten(value)]));
}
