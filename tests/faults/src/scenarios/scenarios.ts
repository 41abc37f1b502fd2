import type { Scenario } from '../frame/scenario.ts';
import { clockSteps, duplicates } from './data.ts';
import { createPostgresDiskFull } from './disk-full.ts';
import { longOutages } from './long-outages.ts';
import { gatewayCorruption, gatewayNetwork, partitions } from './network.ts';
import { noisyNeighbour } from './noisy-neighbour.ts';
import { poison } from './poison.ts';
import { oldBackupRestored } from './restore.ts';
import { upgrade } from './upgrade.ts';
import { mixedVersions } from './versions.ts';
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
  createPostgresDiskFull(),
  gatewayNetwork,
  gatewayCorruption,
  partitions,
  clockSteps,
  duplicates,
  mixedVersions,
  upgrade,
  noisyNeighbour,
  poison,
  oldBackupRestored,
  ...longOutages,
];
