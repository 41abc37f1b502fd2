import { formatBytes } from '@telltale/contracts/format/bytes';
import { readConfig } from '@telltale/runtime/config';
import { createDatabase } from '@telltale/store/database';
import { inspectStore } from '@telltale/store/migrate';
import { inspectStream } from '@telltale/stream/inspect-stream';
import { z } from 'zod';
import { reasonOf } from '../failure.ts';
import { ok, problem, skipped, warning, type Finding } from './finding.ts';

const leastRedis = 7;
const leastPostgres = 15;
const nearlyFull = 0.8;
const shape = { TELLTALE_DATABASE_URL: z.string().optional(), TELLTALE_REDIS_URL: z.string().optional() };

/** The databases themselves, where their addresses are known here: in a running instance, or by variables. */
export async function checkDatabases(
  known: { database_url: string; redis_url: string } | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Finding[]> {
  const named = readConfig(shape, env);
  const postgres = known?.database_url ?? named.TELLTALE_DATABASE_URL;
  const redis = known?.redis_url ?? named.TELLTALE_REDIS_URL;
  return [
    ...(postgres === undefined
      ? [skipped('database', 'its address is not known here (TELLTALE_DATABASE_URL)')]
      : await checkPostgres(postgres)),
    ...(redis === undefined
      ? [skipped('stream memory', 'the address of Redis is not known here (TELLTALE_REDIS_URL)')]
      : await checkRedis(redis)),
  ];
}

async function checkPostgres(url: string): Promise<Finding[]> {
  try {
    await using database = createDatabase({ url, max: 1, applicationName: 'telltale-doctor', connectTimeoutMs: 3_000 });
    const facts = await inspectStore(database.kysely, Date.now());
    const { server, schema, knownSchema, bytes } = facts;
    const details = `PostgreSQL ${server}, schema ${schema}, ${formatBytes(bytes)}`;
    const findings: Finding[] = [];
    if (Number.parseInt(server, 10) < leastPostgres) {
      findings.push(problem('database', details, `PostgreSQL ${leastPostgres} or newer is needed`));
    } else if (schema > knownSchema) {
      findings.push(problem('database', `${details}, known is ${knownSchema}`, 'upgrade Telltale here'));
    } else if (schema < knownSchema) {
      findings.push(
        problem('database', `${details}, needed is ${knownSchema}`, 'restart Telltale: it migrates at start'),
      );
    } else findings.push(ok('database', details));
    if (facts.withoutPartition.length > 0) {
      const tables = `no partition for today or tomorrow: ${facts.withoutPartition.join(', ')}`;
      findings.push(problem('partitions', tables, 'see that the aggregator runs: it makes them every hour'));
    } else if (facts.inDefault.length > 0) {
      const tables = `rows lie in the default partition of ${facts.inDefault.join(', ')}`;
      const remedy =
        'history gets days of its own within the hour; what claims other times goes with the oldest records';
      findings.push(warning('partitions', tables, remedy));
    } else findings.push(ok('partitions', 'of today and tomorrow are there'));
    return findings;
  } catch (error) {
    const why = `PostgreSQL does not answer (${reasonOf(error)})`;
    return [problem('database', why, 'see that it runs and that TELLTALE_DATABASE_URL is right')];
  }
}

async function checkRedis(url: string): Promise<Finding[]> {
  const name = 'stream memory';
  try {
    const { version, policy, usedBytes, limitBytes, appendOnly, lastWriteOk } = await inspectStream(url);
    const limit = limitBytes === null ? 'no maxmemory' : `maxmemory ${formatBytes(limitBytes)}`;
    const details = `Redis ${version}, ${policy}, ${formatBytes(usedBytes)} used, ${limit}`;
    if (Number.parseInt(version, 10) < leastRedis) {
      return [problem(name, details, `Redis ${leastRedis}.0 or newer is needed`)];
    }
    if (policy !== 'noeviction') {
      return [problem(name, details, 'redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf')];
    }
    if (!lastWriteOk) return [problem(name, `${details}; it cannot write its file`, 'free space on the disk of Redis')];
    if (limitBytes !== null && usedBytes >= limitBytes * nearlyFull) {
      return [problem(name, details, 'see why storing is slow; records are refused from 80 % on')];
    }
    if (!appendOnly) {
      const remedy = 'appendonly yes in redis.conf: without it a restart of Redis makes producers send again';
      return [warning(name, `${details}, not kept on disk`, remedy)];
    }
    return [ok(name, `${details}, kept on disk`)];
  } catch (error) {
    const remedy = 'see that it runs and that TELLTALE_REDIS_URL is right';
    return [problem(name, `Redis does not answer (${reasonOf(error)})`, remedy)];
  }
}
