import type { TaskLimits } from './http/crews.ts';

/** Of each limit the narrower one. */
export function narrowerLimits(one: TaskLimits, other: TaskLimits): TaskLimits {
  const limits: TaskLimits = { ...one };
  for (const name of Object.keys(other) as (keyof TaskLimits)[]) {
    const [a, b] = [one[name], other[name]];
    if (b !== undefined) limits[name] = a === undefined ? b : Math.min(a, b);
  }
  return limits;
}
