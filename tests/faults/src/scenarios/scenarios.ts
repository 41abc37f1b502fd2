import type { Scenario } from '../frame/scenario.ts';
import { postgresLocked, postgresSlow, postgresStopped, postgresTerminated } from './postgres.ts';
import {
  aggregatorBoundaries,
  collectorBoundaries,
  frozen,
  gatewayBoundaries,
  killsAtRandom,
  producerBoundaries,
  rollingRestart,
} from './process-death.ts';
import {
  redisFailover,
  redisFilesDeleted,
  redisFlushed,
  redisFull,
  redisHalfOpen,
  redisKilled,
  redisPaused,
  redisResets,
} from './redis.ts';

/** The whole matrix, in the order it is played. */
export const scenarios: readonly Scenario[] = [
  collectorBoundaries,
  gatewayBoundaries,
  aggregatorBoundaries,
  producerBoundaries,
  killsAtRandom,
  frozen,
  rollingRestart,
  redisKilled,
  redisFlushed,
  redisFilesDeleted,
  redisFailover,
  redisFull,
  redisPaused,
  redisHalfOpen,
  redisResets,
  postgresStopped,
  postgresTerminated,
  postgresSlow,
  postgresLocked,
];
