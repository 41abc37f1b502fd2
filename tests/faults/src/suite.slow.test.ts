import { expectNoLoss } from './expect-no-loss.ts';
import { inSlowTest } from './scenarios/in-tests.ts';

expectNoLoss(inSlowTest);
