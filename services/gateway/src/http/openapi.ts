import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import { open } from './operation.ts';
import type { ZodApp } from './zod-app.ts';

const description = [
  'Runs and watches fleets of AI agents. Times are UTC ISO 8601 with milliseconds, durations `_ms`, sizes `_bytes`,',
  'money US dollars. `null` is "not known". Errors are `application/problem+json` that name the field.',
].join(' ');

const tags = ['Telemetry', 'Agents', 'Runs', 'Metrics', 'Monitoring', 'Tasks', 'Health', 'Admin'];

/**
 * Collects every operation declared after it, and serves the reader at `/docs`, which is open. Its routes are not ours
 * and are registered before the guard that demands an access rule of each route.
 */
export async function describeApi(app: ZodApp, { version }: { version: string }): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Telltale', version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      tags: tags.map((name) => ({ name })),
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { unrepresentable: 'any' } }),
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
}

export function serveApiDocument(app: ZodApp): void {
  app.get('/openapi.json', { config: open, schema: { hide: true } }, async () => app.swagger());
}
