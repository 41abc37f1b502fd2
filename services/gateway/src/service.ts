import { fileURLToPath } from 'node:url';
import { systemClock, type Clock } from '@telltale/runtime/clock';
import { exposeMetrics } from '@telltale/runtime/expose-metrics';
import { createLifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { createDatabase, type Db, plannedSettings, questionSettings } from '@telltale/store/database';
import { countRunners, findKey, findSession, readTeam } from '@telltale/store/config';
import { readRollupLag } from '@telltale/store/read';
import { assertSchema } from '@telltale/store/migrate';
import { connectWriter, disconnect, refuseEviction } from '@telltale/stream/connect';
import { createBatchPublisher } from '@telltale/stream/publish-batch';
import { createJobQueue } from '@telltale/stream/queues';
import { readStreamLag } from '@telltale/stream/stream-lag';
import { openArtifacts } from './artifacts/open-artifacts.ts';
import { createCredentials } from './auth/credentials.ts';
import { createKeyring, holds } from './auth/keyring.ts';
import { createSessionCookie } from './auth/session-cookie.ts';
import { createSessionRing } from './auth/session-ring.ts';
import { createBudgetKeeper } from './budgets/budget-keeper.ts';
import type { GatewayConfig } from './config.ts';
import { createGatewayMetrics } from './gateway-metrics.ts';
import { createApp, type App } from './http/app.ts';
import { watchUnused } from './http/close-server.ts';
import { keepBeating } from './health/keep-beating.ts';
import { createDeepHealthReader } from './health/deep-health.ts';
import { outsideChecks } from './health/outside-checks.ts';
import { createHealthReader } from './health/system-health.ts';
import { readServiceBeats } from './health/service-beats.ts';
import { openIntake } from './intake/open-intake.ts';
import { openLive } from './live/open-live.ts';
import { createCommandFeed } from './runs/command-feed.ts';
import { listenGrpc } from './otlp/listen-grpc.ts';
import { listenOtlp } from './otlp/listen-otlp.ts';
import { postgresCheck, redisCheck } from './probes/needed.ts';
import { declareRoutes } from './routes.ts';
import { openTasks } from './tasks/open-tasks.ts';
import { openRelay } from './telemetry/open-relay.ts';
import { createEndpointTraffic } from './traffic/endpoint-traffic.ts';
import { publishTraffic } from './traffic/publish-traffic.ts';
import { version } from './version.ts';

export type GatewayOptions = {
  config: GatewayConfig;
  log: Log;
  clock?: Clock;
  /** The built dashboard; that of this clone when left out. */
  dashboardFolder?: string;
};
/** Listening until disposed. */
export type Gateway = AsyncDisposable & App & { url: string };

/** A query that takes longer is ended by the server: a page is a question, not a report. */
const statementTimeoutMs = 10_000;
const builtDashboard = fileURLToPath(new URL('../../../apps/dashboard/dist', import.meta.url));

/** Opens what the gateway stands on, in order, and listens. A start that fails closes what it opened. */
export async function createGateway({
  config,
  log,
  clock = systemClock,
  dashboardFolder = builtDashboard,
}: GatewayOptions): Promise<Gateway> {
  const life = createLifecycle({ log });
  try {
    const openDatabase = (
      name: string,
      connections: { max: number; kept: number; keptPlans?: number },
      settings = questionSettings,
    ): Db =>
      life.use(
        name,
        createDatabase({
          url: config.databaseUrl,
          ...connections,
          applicationName: 'telltale-gateway',
          statementTimeoutMs,
          settings,
          onIdleError: (error) => log.warn({ err: error }, 'an idle connection to PostgreSQL broke'),
        }),
      ).kysely;
    const db = openDatabase('database', { max: 10, kept: 4 });
    /** For what is looked at again and again: it would take the connection that has just answered from the next question. */
    const loopDb = openDatabase('database of loops', { max: 3, kept: 2 });
    /** Two answer one summary together. */
    const planned = openDatabase('database of plans', { max: 6, kept: 4, keptPlans: 40 }, plannedSettings);
    await assertSchema(db);
    const redis = await connectWriter({ url: config.redisUrl, name: 'telltale-gateway' });
    life.defer('redis', () => disconnect(redis));
    await refuseEviction(redis);

    const queue = life.use('queue', await createJobQueue(config.redisUrl));
    const checkKey = createKeyring({
      findKey: (keyId) => findKey(db, keyId),
      keySecret: config.keySecret,
      clock,
      log,
    });
    const { keySecret, publicUrl } = config;
    const sessions = createSessionRing({ findSession: (name) => findSession(db, name), keySecret, clock, log });
    const cookie = createSessionCookie({ keySecret });
    const credentials = createCredentials({ checkKey, sessions, cookie, publicUrl });
    const metrics = createGatewayMetrics();
    life.use('beating', keepBeating({ redis, clock, log }));
    const [postgres, stream] = [postgresCheck(db), redisCheck(redis)];
    const publisher = createBatchPublisher(redis);
    const { relayFolder: root, failpoint } = config;
    const counts = { onAccepted: metrics.countBatch, onLate: metrics.countLate };
    const relay = life.use('relay', await openRelay({ root, db: loopDb, redis, clock, log, failpoint, ...counts }));
    metrics.watchRelay(relay.unstored);
    const intake = life.use('intake', openIntake({ config, redis, publisher, metrics, clock, log }));
    const artifacts = life.use('artifacts', await openArtifacts({ settings: config.artifacts, db, clock, log }));
    const { taskLeaseMs: leaseMs } = config;
    const tasks = life.use('tasks', await openTasks({ db, redisUrl: config.redisUrl, relay, leaseMs, clock, log }));
    const commands = createCommandFeed({ db: loopDb, clock, log });
    const budgets = life.use('budgets', createBudgetKeeper({ db: loopDb, redis, clock, log }));
    const traffic = createEndpointTraffic();
    life.use('traffic', publishTraffic({ traffic, relay, clock, log }));
    const lags = {
      readStreamLagMs: async () => (await readStreamLag(redis)).oldest_ms,
      readRollupLagMs: async () => (await readRollupLag(loopDb)).oldest_ms,
    };
    /** Where this gateway is reached by itself; known once it listens. */
    let ownUrl = '';
    const readDeepHealth = createDeepHealthReader({
      postgres,
      redis: stream,
      readBeats: () => readServiceBeats(redis),
      readRunners: (teamId) => countRunners(db, teamId, clock.now()),
      outside: outsideChecks({ settings: config.outside, ownUrl: () => ownUrl, clock }),
      clock,
    });
    const app = await createApp({
      log,
      version,
      identify: credentials.identify,
      isKnownTeam: async (team) => (await readTeam(db, team)).known,
      onAnswer: (answer) => {
        metrics.countRequest(answer);
        traffic.count(answer);
      },
      tls: config.tls,
      trustedProxies: config.trustedProxies,
      declareRoutes: (zodApp) =>
        declareRoutes(zodApp, {
          db,
          planned,
          clock,
          commands,
          budgets,
          redis,
          desk: tasks.desk,
          wakeOutbox: tasks.wakeOutbox,
          keySecret,
          checkKey,
          credentials,
          cookie,
          sessions,
          dashboardFolder,
          wakeRepair: (payload) => queue.enqueue('repair', payload, { dedupe: `repair:${payload.repair_id}` }),
          wakeReprice: (payload) => queue.enqueue('reprice', payload, { dedupe: `reprice:${payload.reprice_id}` }),
          artifacts,
          relay: intake.guard(relay),
          countUnknownFields: metrics.countUnknownFields,
          countOtlp: metrics.countOtlp,
          keyHolds: async (keyId) => {
            const key = await findKey(db, keyId);
            return key !== null && holds(key, clock.now());
          },
          needed: [postgres, stream],
          version,
          publicUrl,
          readHealth: createHealthReader({
            postgres,
            redis: stream,
            clock,
            readBeats: () => readServiceBeats(redis),
            intakeClosedBy: () => intake.read().intake.reason,
            ...lags,
          }),
          readDeepHealth,
          lags,
          readIntake: intake.read,
          publishReplay: publisher.publish,
          entryExists: publisher.exists,
        }),
    });
    const closeInTime = watchUnused(app.http.server);
    life.defer('http', () => closeInTime(() => app.http.close()));
    // After http, so that it ends before: who waits for a command is answered, not waited for.
    life.use('commands', commands);
    // After http, so that it ends before: the HTTP server waits for open sockets.
    life.use(
      'live',
      openLive({
        httpServer: app.http.server,
        authenticate: credentials.authenticate,
        signedIn: credentials.ofHandshake,
        db,
        redis,
        redisUrl: config.redisUrl,
        publicUrl,
        clock,
        log,
      }),
    );
    const shown = { metrics: metrics.exposed, host: config.host, port: config.metricsPort };
    life.use('metrics', await exposeMetrics({ ...shown, log }));
    const url = await app.http.listen({ host: config.host, port: config.port });
    const { otlp, host, tls } = config;
    if (otlp.port !== 'off') life.use('otlp', await listenOtlp(app.http, { host, port: otlp.port, tls }));
    if (otlp.grpcPort !== 'off') life.use('otlp grpc', await listenGrpc(app.http, { host, port: otlp.grpcPort }));
    ownUrl = config.tls === undefined ? url : (publicUrl ?? url);
    log.info({ url }, 'listening');
    return { ...app, url, [Symbol.asyncDispose]: () => life[Symbol.asyncDispose]() };
  } catch (error) {
    await life[Symbol.asyncDispose]();
    throw error;
  }
}
