import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the containers reach the databases; the names are those of docker-compose.yml. */
const postgresAt = 'postgres:5432/telltale';
const redisAt = 'redis:6379/0';

/**
 * Makes the secrets of a deployment, once: a file that exists is never changed, because the databases were made with
 * it. The volume is mounted only where it is needed, and there by users of different ids; hence readable to all there.
 */
export function makeSecrets(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const made: string[] = [];
  const keep = (name: string, make: () => string): string => {
    const file = join(folder, name);
    if (!existsSync(file)) {
      // Complete or not there: an interrupted start must not leave half a password.
      writeFileSync(`${file}.new`, make(), { mode: 0o444 });
      renameSync(`${file}.new`, file);
      made.push(name);
    }
    return readFileSync(file, 'utf8');
  };
  const random = () => randomBytes(32).toString('hex');
  const postgres = keep('postgres-password', random);
  const redis = keep('redis-password', random);
  keep('database-url', () => `postgres://telltale:${postgres}@${postgresAt}`);
  keep('redis-url', () => `redis://:${redis}@${redisAt}`);
  keep('redis.conf', () =>
    [
      `requirepass ${redis}`,
      'dir /data',
      'appendonly yes',
      'appendfsync everysec',
      'save ""',
      'maxmemory 1gb',
      'maxmemory-policy noeviction',
      '',
    ].join('\n'),
  );
  keep('key-secret', random);
  return made;
}
