import { expectNoLoss } from './expect-no-loss.ts';
import { inNpmTest } from './scenarios/in-tests.ts';

expectNoLoss(inNpmTest);
