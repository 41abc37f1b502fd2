import type { AddressInfo } from 'node:net';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFixtureServer } from './fixture-server.fixture.ts';
import { mcpExchange } from './mcp-exchange.ts';

const app = fastify({ forceCloseConnections: true });
const client = new Client(
  { name: 'test', version: '1' },
  { capabilities: { elicitation: { form: {} }, sampling: {} }, versionNegotiation: { mode: 'auto' } },
);

beforeAll(async () => {
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    handler: (request, reply) => mcpExchange(request, reply, createFixtureServer),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
  client.setRequestHandler('sampling/createMessage', () => ({
    model: 'm',
    role: 'assistant',
    content: { type: 'text', text: 'Paris' },
  }));
  const { port } = app.server.address() as AddressInfo;
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`)));
});
afterAll(async () => {
  await client.close();
  await app.close();
});

test('a server that lives for one request asks the person and the model, and is answered by the next request', async () => {
  const said = async (name: string): Promise<string> =>
    JSON.stringify((await client.callTool({ name, arguments: {} })).content);
  expect(await said('test_input_required_result_elicitation')).toContain('Hello, Ada!');
  expect(await said('test_input_required_result_sampling')).toContain('Paris');
});
