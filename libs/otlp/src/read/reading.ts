import type { Draft } from './draft.ts';

/** What the items of one request became. `unused` items are accepted and tell nothing that is kept; they are counted. */
export type Reading = { drafts: readonly Draft[]; items: number; unused: number };
