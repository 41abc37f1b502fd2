import { z } from 'zod';

/** What stands at each name, as the document of the API says it. */
const shapes = { count: { type: 'integer' }, money: { anyOf: [{ type: 'number' }, { type: 'null' }] } } as const;

/**
 * An object of an answer whose keys are names that anybody chose, `__proto__` among them: a record of zod leaves that one
 * out. Only what we made ourselves is of this type; nobody's input is.
 */
function byName<T extends number | null>(
  isValue: (value: unknown) => boolean,
  shape: (typeof shapes)[keyof typeof shapes],
): z.ZodType<Record<string, T>> {
  const isOne = (given: unknown): boolean =>
    typeof given === 'object' && given !== null && Object.values(given).every(isValue);
  return z.custom<Record<string, T>>(isOne).meta({ type: 'object', additionalProperties: shape });
}

export const countsByName = byName<number>(Number.isSafeInteger, shapes.count);

/** US dollars, null where they are not known. */
export const moneyByName = byName<number | null>((value) => value === null || Number.isFinite(value), shapes.money);

/** The count of a name, 0 where none is: also of a name that every object inherits something under. */
export const countOf = (counts: Readonly<Record<string, number>>, name: string): number =>
  Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0;
