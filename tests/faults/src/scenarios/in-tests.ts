import type { Scenario } from '../frame/scenario.ts';
import { postgresStopped } from './postgres.ts';
import { collectorBoundaries, gatewayBoundaries } from './process-death.ts';
import { redisFlushed } from './redis.ts';

/** The part that runs within `npm test`: the boundaries of every answer. Those of every commit a suite of the collector tries. */
export const inNpmTest: readonly Scenario[] = [gatewayBoundaries];

/** The part that runs within `npm run test:slow`: every commit, and the two stores going away. */
export const inSlowTest: readonly Scenario[] = [collectorBoundaries, redisFlushed, postgresStopped];
