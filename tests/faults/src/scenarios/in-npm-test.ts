import type { Scenario } from '../frame/scenario.ts';
import { postgresStopped } from './postgres.ts';
import { collectorBoundaries, gatewayBoundaries } from './process-death.ts';
import { redisFlushed } from './redis.ts';

/** The part that runs within `npm test`: the boundaries of every commit and answer, and the two stores going away. */
export const inNpmTest: readonly Scenario[] = [collectorBoundaries, gatewayBoundaries, redisFlushed, postgresStopped];
