import { TelltaleError } from '@telltale/contracts/errors';
import { liveness } from '@telltale/contracts/http/health';
import { documented, open } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { runCheck, type Check } from './check.ts';

const withinMs = 2_000;

/**
 * `/livez` asks nothing but this process: it is what a supervisor restarts it by. `/readyz` asks what every request
 * needs and says 503 while one of them is away; both are open and tell nothing else.
 */
export function probeRoutes(app: ZodApp, { needed, artifacts }: { needed: readonly Check[]; artifacts: Check }): void {
  app.get(
    '/livez',
    { config: open, schema: documented('Health', 'Does the process answer?', { 200: liveness }) },
    async () => ({ status: 'ok' }) as const,
  );
  app.get(
    '/readyz',
    { config: open, schema: documented('Health', 'Can requests be served?', { 200: liveness }) },
    async (request) => {
      const results = await Promise.all(needed.map((check) => runCheck(check, withinMs)));
      const failed = results.filter((result) => !result.ok);
      if (failed.length === 0) return { status: 'ok' } as const;
      request.log.warn({ failed }, 'not ready');
      const names = failed.map((result) => result.name).join(', ');
      throw new TelltaleError('unavailable', `not ready: ${names} does not answer`, { retryAfter: 1 });
    },
  );
  app.get(
    '/readyz/artifacts',
    { config: open, schema: documented('Health', 'Does the artifact store answer?', { 200: liveness }) },
    async (request) => {
      const result = await runCheck(artifacts, withinMs);
      if (result.ok) return { status: 'ok' } as const;
      request.log.warn({ failed: result }, 'the artifact store does not answer');
      throw new TelltaleError('unavailable', 'the artifact store does not answer', { retryAfter: 1 });
    },
  );
}
