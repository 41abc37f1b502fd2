import { tryCorpus } from './try-corpus.fixture.ts';

tryCorpus({ whole: true });
