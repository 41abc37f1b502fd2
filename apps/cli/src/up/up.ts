import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@telltale/embedded/free-port';
import { keptSecret } from '@telltale/embedded/private-folder';
import { clearLeases } from '@telltale/stream/clear-leases';
import type { Context } from '../context.ts';
import { spoolFolder } from '../state-folder.ts';
import { removeInstance, writeInstance } from '../instance/instance-file.ts';
import { announceInstance } from '../instance/pointers.ts';
import { serveAllMetrics } from './all-metrics.ts';
import { checkPort } from './check-port.ts';
import { checkRedis } from './check-redis.ts';
import { claimDataFolder, prepareDataFolder } from './data-folder.ts';
import { ensureDashboard } from './dashboard.ts';
import { startDatabases } from './databases.ts';
import { killServices } from './kill-services.ts';
import { migrateStore } from './migrate-store.ts';
import { ensureOperatorKey } from './operator-key.ts';
import { replayRuns } from './replay-runs.ts';
import { runSampleOnce, wishForSample } from './sample.ts';
import { type KeptService, startServices } from './services.ts';
import { serviceSpecs } from './service-specs.ts';
import { localUrl, readUpSettings, type UpFlags } from './settings.ts';
import { signInLink } from './sign-in-link.ts';
import { stopKeeper } from './stop-keeper.ts';
import { listenForStop } from './stop-request.ts';
import { welcome } from './welcome.ts';

/** How long each round of stopping may take, so that all of it stays under 10 s. */
const keeperMs = 2500;
const intakeMs = 3000;
const storingMs = 2000;
const databasesMs = 2000;

/**
 * Starts everything, says where it is, and resolves when it has been stopped in order: first what takes work in, then
 * what stores it, the databases last. A refusal leaves nothing running.
 */
export async function up(flags: UpFlags, context: Context): Promise<void> {
  using stop = listenForStop();
  const { env, say } = context;
  const from = performance.now();
  const settings = readUpSettings(flags, env);
  if (settings.port === 0) settings.port = await freePort();
  const { dataDir } = settings;
  const url = localUrl(settings);

  // A refused first start leaves nothing behind; in a folder that is there a predecessor may still hold the port.
  if (!existsSync(dataDir)) await checkPort(settings.host, settings.port, 0);
  prepareDataFolder(dataDir);
  const { instance, hadPredecessor } = await claimDataFolder(dataDir, url, say);
  const undo: (() => Promise<void> | void)[] = [() => removeInstance(dataDir)];
  stop.onSecond(() => killServices(Object.values(instance.services)));
  try {
    await checkPort(settings.host, settings.port, hadPredecessor ? 15_000 : 0);
    const dashboard = ensureDashboard({ say, signal: stop.signal });
    const databases = await startDatabases(settings, env, { say, signal: stop.signal });
    undo.push(() => databases.stop(databasesMs));
    instance.databases = { database_url: databases.databaseUrl, redis_url: databases.redisUrl };
    writeInstance(dataDir, instance);
    stop.signal.throwIfAborted();

    if (settings.redisUrl !== undefined) await checkRedis(settings.redisUrl);
    const { isNew } = await migrateStore(databases.databaseUrl);
    if (isNew && databases.embedded && settings.sample) wishForSample(dataDir);
    const keySecret = settings.keySecret ?? keptSecret(join(dataDir, 'key-secret'));
    const keyFile = join(dataDir, 'operator.key');
    await ensureOperatorKey({ databaseUrl: databases.databaseUrl, keySecret, file: keyFile });
    await dashboard;
    stop.signal.throwIfAborted();

    // Nobody else reads this Redis: leases in it are those of a collector that was killed.
    if (settings.redisUrl === undefined) await clearLeases(databases.redisUrl);
    const services = await startServices(serviceSpecs(settings, env, { ...databases, keySecret, url, keyFile }), {
      say,
      signal: stop.signal,
      onStart(name, mark) {
        instance.services[name] = mark;
        writeInstance(dataDir, instance);
      },
    });
    undo.push(() => stopServices(services));
    const metrics = await serveAllMetrics(services, { ...settings.metrics, say });
    undo.push(async () => metrics[Symbol.asyncDispose]());
    const replay = replayRuns({ spoolRoot: spoolFolder(env), url, keyFile });
    undo.push(async () => replay[Symbol.asyncDispose]());
    // First of all, while there is somebody to take their last records.
    undo.push(() => stopKeeper(dataDir, keeperMs, say));
    await runSampleOnce(dataDir, databases.redisUrl);
    instance.state = 'running';
    writeInstance(dataDir, instance);
    if (!announceInstance({ data_dir: dataDir, url, started_at: instance.started_at }, env))
      say(`no folder for state: commands elsewhere need --data-dir ${dataDir}`);

    const link = await signInLink({ url, databaseUrl: databases.databaseUrl, keySecret, keyFile });
    context.out(welcome({ url: link, dataDir, readyInMs: performance.now() - from }));
    await aborted(stop.signal);
    say('stopping');
    instance.state = 'stopping';
    writeInstance(dataDir, instance);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    for (const step of undo.toReversed()) await step();
  }
  say('stopped');
}

async function stopServices(services: readonly KeptService[]): Promise<void> {
  const storing = new Set(['collector', 'aggregator']);
  await Promise.all(services.filter(({ name }) => !storing.has(name)).map((service) => service.stop(intakeMs)));
  await Promise.all(services.filter(({ name }) => storing.has(name)).map((service) => service.stop(storingMs)));
}

async function aborted(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', resolve, { once: true });
  });
}
