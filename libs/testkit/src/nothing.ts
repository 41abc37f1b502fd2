import { expect } from 'vitest';

/** An object without entries, such as counts of what was dropped: within `toMatchObject`, `{}` would match every object. */
export const nothing: unknown = expect.toSatisfy((counts: object) => Object.keys(counts).length === 0);
