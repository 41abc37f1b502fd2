import { GenericContainer, Wait } from 'testcontainers';
import type { Backend } from './backend.ts';

export const images = { postgres: 'postgres:18', redis: 'redis:8' } as const;

/** The same servers as containers of the official images. */
export async function startContainerBackend(): Promise<Backend> {
  const [postgres, redis] = await Promise.all([
    new GenericContainer(images.postgres)
      .withEnvironment({ POSTGRES_PASSWORD: 'telltale', POSTGRES_USER: 'postgres', POSTGRES_DB: 'postgres' })
      .withCommand(['postgres', '-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'max_connections=300'])
      .withExposedPorts(5432)
      .withWaitStrategy(Wait.forListeningPorts())
      .start(),
    new GenericContainer(images.redis)
      .withCommand(['redis-server', '--databases', '512', '--save', '', '--appendonly', 'no'])
      .withExposedPorts(6379)
      .withWaitStrategy(Wait.forListeningPorts())
      .start(),
  ]);
  return {
    kind: 'containers',
    postgresUrl: `postgres://postgres:telltale@${postgres.getHost()}:${postgres.getMappedPort(5432)}/postgres`,
    redisUrl: `redis://${redis.getHost()}:${redis.getMappedPort(6379)}`,
    async [Symbol.asyncDispose]() {
      await Promise.all([postgres.stop(), redis.stop()]);
    },
  };
}
