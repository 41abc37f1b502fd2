import type { Draft, DraftOf } from './draft.ts';

/** A client said that it asks a model, that it has the answer, or that it gave up; in the order in which it said so. */
export type Attempt = {
  is: 'asked' | 'answered' | 'given_up';
  /** The client's own name of the request; absent where it does not say which one it is. */
  id?: string;
  /** What is recorded of a request that was never answered; of the others it says only whose they are. */
  call: DraftOf<'llm_call'>;
};

/**
 * What the items of one request became. `unused` items are accepted and tell nothing that is kept; they are counted. `attempts`
 * are of use to whoever hears all that a client says.
 */
export type Reading = { drafts: readonly Draft[]; items: number; unused: number; attempts?: readonly Attempt[] };
