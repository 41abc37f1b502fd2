import type { Scenario } from '../frame/scenario.ts';
import { postgresStopped } from './postgres.ts';
import { collectorBoundaries, gatewayBoundaries } from './process-death.ts';
import { redisFlushed } from './redis.ts';

/** The part that runs within `npm test`: the boundaries of every commit and answer. */
export const inNpmTest: readonly Scenario[] = [collectorBoundaries, gatewayBoundaries];

/** The part that runs within `npm run test:slow`: the two stores going away, which suites of the services try singly. */
export const inSlowTest: readonly Scenario[] = [redisFlushed, postgresStopped];
