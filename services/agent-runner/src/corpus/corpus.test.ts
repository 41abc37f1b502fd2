import { tryCorpus } from './try-corpus.fixture.ts';

// Those that are quick; `corpus.slow.test.ts` tries all of them.
tryCorpus({ whole: false });
