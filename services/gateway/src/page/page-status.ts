import { fileURLToPath } from 'node:url';
import type { SystemHealth } from '@telltale/contracts/http/health';
import { listRunning, type Db } from '@telltale/store/read';
import { open } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { isLocalClient } from './is-local-client.ts';

export type PageDeps = {
  db: Db;
  version: string;
  readHealth: () => Promise<SystemHealth>;
  /** Where others reach this gateway, when it was said. */
  publicUrl: string | undefined;
};

const launcher = fileURLToPath(new URL('../../../../telltale', import.meta.url));
const shownRuns = 20;

/** Others learn how well it is, not what of: details may name hosts and numbers. */
const withoutDetails = (health: SystemHealth): SystemHealth => ({
  ...health,
  service_statuses: health.service_statuses.map((service) => ({ ...service, details: '' })),
});

/** What the first page shows. Nobody has signed in: what is running is told to a client on this machine only. */
export function servePageStatus(app: ZodApp, { db, version, readHealth, publicUrl }: PageDeps): void {
  app.get('/page/status.json', { config: open, schema: { hide: true } }, async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const health = await readHealth();
    const local = isLocalClient(request);
    const url = publicUrl ?? `${request.protocol}://${request.host}`;
    const command = local ? `${launcher} run` : `telltale run --url ${url}`;
    return {
      version,
      // On this machine the command finds the key by itself; anywhere else it is given one.
      is_local: local,
      command: `${command} --agent builder -- your-command`,
      health: local ? health : withoutDetails(health),
      // Without the store the page still says that the store is away.
      running: local ? await listRunning(db, { limit: shownRuns }).catch(() => null) : null,
    };
  });
}
