import { expectNoLoss } from './expect-no-loss.fixture.ts';
import { inNpmTest } from './scenarios/in-tests.ts';

expectNoLoss(inNpmTest);
