import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFixtureServer } from './fixture-server.fixture.ts';
import { mcpExchange } from './mcp-exchange.ts';

const suite = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));
const app = fastify();
let url: string;

beforeAll(async () => {
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    handler: (request, reply) => mcpExchange(request, reply, createFixtureServer),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://localhost:${(app.server.address() as AddressInfo).port}/mcp`;
});
afterAll(() => app.close());

/** All but those in which the server asks the client (sampling, elicitation) or takes up a stream again: nothing outlives a request. */
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

test.for(scenarios)("the suite's fixtures pass over the transport of the product: %s", async (scenario) => {
  const { code, text } = await new Promise<{ code: unknown; text: string }>((done) => {
    execFile(process.execPath, [suite, 'server', '--url', url, '--scenario', scenario], (error, out, err) =>
      done({ code: error === null ? 0 : error.code, text: `${out}${err}` }),
    );
  });
  expect(code, text).toBe(0);
});
