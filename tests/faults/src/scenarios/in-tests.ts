import type { Scenario } from '../frame/scenario.ts';
import { postgresStopped } from './postgres.ts';
import { collectorBoundaries, gatewayBoundaries, gatewayUnanswered } from './process-death.ts';
import { redisFlushed } from './redis.ts';

/** The part that runs within `npm test`. Each step of a commit a suite of the collector tries. */
export const inNpmTest: readonly Scenario[] = [gatewayUnanswered];

/** The part that runs within `npm run test:slow`: the boundaries of every commit and answer, and the two stores going away. */
export const inSlowTest: readonly Scenario[] = [collectorBoundaries, gatewayBoundaries, redisFlushed, postgresStopped];
