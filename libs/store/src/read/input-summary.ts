import type { TaskRow } from '@telltale/contracts/http/tasks';

type Scalar = string | number | boolean;

/** What a task's inputs are told apart by, before any other. */
const namedKeys = ['symbol', 'timeframe', 'strategy_name'];
const otherKeys = 5;
const longest = 200;

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const shorten = (value: Scalar): Scalar => (typeof value === 'string' ? value.slice(0, longest).toWellFormed() : value);

/** What a crew's own keys stand for; a value that is no scalar is shown as the start of its JSON. */
function ownSummary(inputs: Record<string, unknown>, keys: readonly string[]): TaskRow['input_summary'] {
  const there = keys.filter((key) => Object.hasOwn(inputs, key));
  return Object.fromEntries(
    there.map((key) => {
      const value = inputs[key];
      return [key, value === null ? null : shorten(isScalar(value) ? value : JSON.stringify(value))];
    }),
  );
}

/** The inputs that the task's crew names; without such names the named inputs that there are, in the order of their names, then the first five other scalars as they were sent. */
export function inputSummary(
  inputs: Record<string, unknown> | null,
  keys: readonly string[] = [],
): TaskRow['input_summary'] {
  if (inputs === null) return {};
  if (keys.length > 0) return ownSummary(inputs, keys);
  const scalars = Object.entries(inputs).filter((entry): entry is [string, Scalar] => isScalar(entry[1]));
  const place = ([key]: [string, Scalar]): number => namedKeys.indexOf(key);
  const named = scalars.filter(([key]) => namedKeys.includes(key)).toSorted((one, other) => place(one) - place(other));
  const others = scalars.filter(([key]) => !namedKeys.includes(key)).slice(0, otherKeys);
  return Object.fromEntries([...named, ...others].map(([key, value]) => [key, shorten(value)]));
}
