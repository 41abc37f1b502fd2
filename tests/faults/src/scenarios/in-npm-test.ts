import type { Scenario } from '../frame/scenario.ts';
import { poison } from './poison.ts';
import { postgresStopped } from './postgres.ts';
import { collectorBoundaries, gatewayBoundaries, producerBoundaries } from './process-death.ts';
import { redisFlushed } from './redis.ts';

/** The part that runs within `npm test`: the boundaries of every commit and answer, and the two stores going away. */
export const inNpmTest: readonly Scenario[] = [
  collectorBoundaries,
  gatewayBoundaries,
  producerBoundaries,
  redisFlushed,
  postgresStopped,
  poison,
];
