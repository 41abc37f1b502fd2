import { Socket } from 'node:net';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import { Pool, type PoolClient, TypeOverrides } from 'pg';
import { keepPlans } from './keep-plans.ts';
import { plannedOnceAlone } from './planned-once.ts';
import type { Database } from './tables/database-tables.ts';
import { yieldToOthers } from './yield-to-others.ts';

/** What query functions take first. */
export type Db = Kysely<Database>;
/** Demanded by functions that lock or must be all or nothing. */
export type DbTransaction = Transaction<Database>;
/** A connection of the pool, for COPY and for what must stay on one session. */
export type DbClient = PoolClient;

export type DatabaseOptions = {
  url: string;
  /** Most connections at a time. */
  max: number;
  /**
   * So many stay open once they are; the others are closed when they were unused for 10 s. A new one costs its first
   * question a login and all that a server process has to learn of the tables, several times what the question takes.
   */
  kept?: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** The server ends a statement after this; none when left out. */
  statementTimeoutMs?: number;
  /** The server ends a session that holds a transaction open without working; default 30 s. */
  idleInTransactionTimeoutMs?: number;
  /**
   * A statement of which nothing is heard for so long has failed, and its connection is closed: a server that vanished
   * says nothing, not even that. Default: 5 s more than the server's own limit, 10 minutes where it has none.
   */
  answerTimeoutMs?: number;
  /** Settings of PostgreSQL for every session of the pool, e.g. `questionSettings`; names and values without spaces. */
  settings?: Readonly<Record<string, string>>;
  /** Every statement is planned once on a connection, which keeps the plans of so many; see `plannedSettings`. */
  keptPlans?: number;
  /** What it does may wait for what others do: a server on this machine works on it in the time they leave. */
  isBackground?: boolean;
  /** How long a query waits for a connection before it fails; default 5 s. */
  connectTimeoutMs?: number;
  /** Hears of a connection that broke while nobody used it. The pool replaces it. */
  onIdleError?: (error: Error) => void;
};

export type DatabaseHandle = AsyncDisposable & {
  kysely: Db;
  pool: Pool;
};

/** After so long without traffic the kernel asks whether the other side is still there; 10 s later it is given up. */
const keepAliveAfterMs = 10_000;
/** For the server's own verdict on a statement to arrive before ours. */
const graceMs = 5_000;
/** Folds and repairs have no limit of their own; none takes this long. */
const longestAnswerMs = 600_000;

/**
 * For short questions that stand on indexes: compiling them and starting helpers costs more than it saves, and their pages
 * are in memory or on a disk that does not turn, so reading them in any order costs about the same.
 */
export const questionSettings: Readonly<Record<string, string>> = {
  jit: 'off',
  // The rows of each series are looked up once: there is nothing to remember.
  enable_memoize: 'off',
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1.1',
  work_mem: '32MB',
};

/**
 * For folding: a large fold reads its work tables a dozen times, which with the usual 8 MB came from the disk's cache each time.
 * A session takes of it what its folds need.
 */
export const foldSettings: Readonly<Record<string, string>> = { temp_buffers: '64MB' };

/**
 * For the few questions of many parts whose plans are good whatever is asked, because each part stands on the one index made
 * for it: planning them takes longer than answering them.
 */
export const plannedSettings: Readonly<Record<string, string>> = {
  ...questionSettings,
  plan_cache_mode: 'force_generic_plan',
};

const int8 = 20;
const int8Array = 1016;

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond 2^53 and cannot be handed out as a number`);
  return value;
}

/** `{1,2}`: the arrays of this schema are flat and hold no nulls. */
const parseInt8Array = (text: string): number[] => (text === '{}' ? [] : text.slice(1, -1).split(',').map(parseInt8));

const socketOf = (client: PoolClient): Socket | undefined => {
  const connection: unknown = Reflect.get(client, 'connection');
  const stream: unknown = typeof connection === 'object' && connection !== null && Reflect.get(connection, 'stream');
  return stream instanceof Socket ? stream : undefined;
};

/**
 * A host that vanishes without a word leaves a connection that looks well. Where nothing is on its way the kernel finds
 * out by asking (keep-alive); under packets that nobody acknowledges it would try for a quarter of an hour. So a socket
 * that is silent for too long while somebody has the connection is closed, and whoever waits on it hears ETIMEDOUT. One
 * that nobody has may be silent.
 */
function giveUpSilence(pool: Pool, ms: number): void {
  pool.on('connect', (client) => {
    const socket = socketOf(client);
    socket?.on('timeout', () => {
      socket.destroy(Object.assign(new Error(`nothing was heard of the store for ${ms} ms`), { code: 'ETIMEDOUT' }));
    });
  });
  pool.on('acquire', (client) => socketOf(client)?.setTimeout(ms));
  pool.on('release', (_, client) => socketOf(client)?.setTimeout(0));
}

const poolOf = new WeakMap<Db, Pool>();

/**
 * Whether who has one connection of its pool may have another without waiting for anybody: one is open and idle, or the pool
 * has fewer than it keeps, so that one is opened and stays.
 */
export function hasRoomBeside(db: Db): boolean {
  const pool = poolOf.get(db);
  return pool !== undefined && (pool.idleCount > 0 || pool.totalCount < (pool.options.min ?? 0));
}

const answerTimeout = (statementTimeoutMs: number | undefined): number =>
  statementTimeoutMs === undefined ? longestAnswerMs : statementTimeoutMs + graceMs;

/**
 * Opens a pool (the first connection is made by the first query). int8 is a number (beyond 2^53: an error), numeric a
 * decimal string, timestamptz a Date; answers turn it into an ISO string with `toISOString()`. Sessions run in UTC.
 */
export function createDatabase(options: DatabaseOptions): DatabaseHandle {
  const types = new TypeOverrides();
  types.setTypeParser(int8, parseInt8);
  types.setTypeParser(int8Array, parseInt8Array);
  const pool = new Pool({
    connectionString: options.url,
    max: options.max,
    min: options.kept ?? 0,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 30_000,
    ...(options.statementTimeoutMs === undefined ? {} : { statement_timeout: options.statementTimeoutMs }),
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveAfterMs,
    options: Object.entries({ timezone: 'UTC', ...options.settings })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    types,
  });
  // Without a listener a broken idle connection would end the process.
  pool.on('error', (error) => options.onIdleError?.(error));
  // Nor may one that breaks between two queries of a transaction: the next query rejects with it.
  const answerTimeoutMs = options.answerTimeoutMs ?? answerTimeout(options.statementTimeoutMs);
  giveUpSilence(pool, answerTimeoutMs);
  const kept = options.keptPlans === undefined ? plannedOnceAlone : { most: options.keptPlans };
  pool.on('connect', (client) => {
    client.on('error', () => {});
    keepPlans(client, kept);
    if (options.isBackground === true) yieldToOthers(client);
  });
  const kysely = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  poolOf.set(kysely, pool);
  return {
    kysely,
    pool,
    async [Symbol.asyncDispose]() {
      // Kysely ends the pool only when a query went through it.
      await kysely.destroy();
      if (!pool.ending) await pool.end();
    },
  };
}
