import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFixtureServer } from './fixture-server.fixture.ts';
import { mcpExchange } from './mcp-exchange.ts';
import { createSessions } from './session-exchange.fixture.ts';

const suite = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));
const app = fastify({ forceCloseConnections: true });
let base: string;

beforeAll(async () => {
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    handler: (request, reply) => mcpExchange(request, reply, createFixtureServer),
  });
  app.route({ method: ['GET', 'POST', 'DELETE'], url: '/sessions', handler: createSessions(createFixtureServer) });
  await app.listen({ host: '127.0.0.1', port: 0 });
  base = `http://localhost:${(app.server.address() as AddressInfo).port}`;
});
afterAll(() => app.close());

/** What a server can answer that lives for one request, as those of the product do. */
const scenarios = [
  'tools-call-simple-text',
  'tools-call-image',
  'tools-call-audio',
  'tools-call-embedded-resource',
  'tools-call-mixed-content',
  'tools-call-error',
  'tools-call-with-logging',
  'tools-call-with-progress',
  'json-schema-2020-12',
  'server-sse-multiple-streams',
  'resources-list',
  'resources-read-text',
  'resources-read-binary',
  'resources-templates-read',
  'resources-subscribe',
  'resources-unsubscribe',
  'prompts-list',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-embedded-resource',
  'prompts-get-with-image',
  'completion-complete',
  'logging-set-level',
];

/** What needs a server that lives on: it asks the client in the middle of a request, or takes up a stream again. */
const inSession = [
  'tools-call-sampling',
  'tools-call-elicitation',
  'elicitation-sep1034-defaults',
  'elicitation-sep1330-enums',
  'server-sse-polling',
];

const places = [
  ...scenarios.map((name) => [name, '/mcp'] as const),
  ...inSession.map((name) => [name, '/sessions'] as const),
];

test.for(places)("the suite's fixtures pass over the transport of the product: %s at %s", async ([scenario, path]) => {
  const { code, text } = await new Promise<{ code: unknown; text: string }>((done) => {
    execFile(
      process.execPath,
      [suite, 'server', '--url', `${base}${path}`, '--scenario', scenario],
      (error, out, err) => done({ code: error === null ? 0 : error.code, text: `${out}${err}` }),
    );
  });
  expect(code, text).toBe(0);
});
