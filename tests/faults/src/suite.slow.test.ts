import { expectNoLoss } from './expect-no-loss.fixture.ts';
import { inSlowTest } from './scenarios/in-tests.ts';

expectNoLoss(inSlowTest);
