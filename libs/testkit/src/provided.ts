import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    backend: 'local' | 'containers';
    postgresUrl: string;
    redisUrl: string;
  }
}

/** What the global set-up of this run provides. */
export const provided = {
  /** A superuser's URL of the run's PostgreSQL. */
  postgresUrl: (): string => inject('postgresUrl'),
  /** The run's Redis, without a database number. */
  redisUrl: (): string => inject('redisUrl').replace(/\/\d*$/, ''),
} as const;
