import swagger, { type SwaggerTransform } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { RouteOptions } from 'fastify';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import { addNamedSchemas, schemaRegistry, zodToJsonConfig } from './openapi-schemas.ts';
import { open } from './operation.ts';
import type { ZodApp } from './zod-app.ts';

const description = [
  'Runs and watches fleets of AI agents. Times are UTC ISO 8601 with milliseconds, durations `_ms`, sizes `_bytes`,',
  'money US dollars. `null` is "not known". Errors are `application/problem+json` that name the field.',
].join(' ');

const tags = [
  'Telemetry',
  'Agents',
  'Runs',
  'Metrics',
  'Monitoring',
  'Memory',
  'Tasks',
  'Artifacts',
  'Health',
  'Admin',
];

const toJsonSchema = createJsonSchemaTransform({ schemaRegistry, zodToJsonConfig });

/** What a route's access rule means to a caller. */
function securityOf({ config }: RouteOptions, note: unknown) {
  const access = config?.access;
  if (access === undefined || access === 'open') return { security: [] };
  const needs = `Needs a key with the scope ${access.join(' or ')}.`;
  return { security: [{ key: [] }], description: typeof note === 'string' ? `${note} ${needs}` : needs };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** A stable name for generated clients: `GET /api/v1/runs/:run_id` is `getRunsByRunId`. */
function operationIdOf({ method, url }: RouteOptions): string {
  const parts = url
    .replace('/api/v1', '')
    .split('/')
    .filter((part) => part !== '');
  const words = parts.flatMap((part) =>
    part.startsWith(':') ? ['by', ...part.slice(1).split('_')] : part.split(/[-_]/),
  );
  return [String(method).toLowerCase(), ...words.map(capital)].join('');
}

const describeRoute: SwaggerTransform = (document) => {
  const { schema, url } = toJsonSchema(document) as { schema?: Record<string, unknown>; url: string };
  if (schema === undefined || schema['hide'] === true) return { schema: schema ?? {}, url };
  const summary = String(schema['summary']);
  const response = Object.entries((schema['response'] ?? {}) as Record<string, object>).map(([status, answer]) => [
    status,
    // The plugin's way to say that there is no body.
    status === '204' ? { description: summary, type: 'null' } : { description: summary, ...answer },
  ]);
  const operationId = operationIdOf(document.route);
  return {
    schema: {
      ...schema,
      operationId,
      response: Object.fromEntries(response),
      ...securityOf(document.route, schema['description']),
    },
    url,
  };
};

/** The reader's own files only; nothing inline but styles, which it sets on elements. */
const readerPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Collects every operation declared after it, and serves the reader at `/docs`, which is open. Its routes are made by
 * its plugin, so they are opened here, before the guard that demands an access rule of each route.
 */
export async function describeApi(app: ZodApp, { version }: { version: string }): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Telltale', version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      tags: tags.map((name) => ({ name })),
    },
    transform: describeRoute,
    transformObject: addNamedSchemas,
  });
  await app.register(async (reader) => {
    reader.addHook('onRoute', (route) => {
      route.config = { ...route.config, ...open };
    });
    await reader.register(swaggerUi, { routePrefix: '/docs', staticCSP: readerPolicy });
  });
}

export function serveApiDocument(app: ZodApp): void {
  app.get('/openapi.json', { config: open, schema: { hide: true } }, async () => app.swagger());
}
