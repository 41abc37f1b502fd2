import { execFile } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aRecord } from '@telltale/testkit/records';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

const suite = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));

let t: TestGateway;
let door: Server;
let url: string;

/** The suite brings no key: this adds one to what it sends and changes nothing else, the Host header included. */
const withKey = (authorization: string, port: number): Server =>
  createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization };
    const { method, url: path } = incoming;
    const passed = request({ host: '127.0.0.1', port, method, path, headers, setHost: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });

beforeAll(async () => {
  t = await createTestGateway();
  await seed(t.databaseUrl, 'red', [aRecord('llm_call', { run_id: 'r-1', input_tokens: 1 })], new Map());
  const { authorization } = await t.as('red', 'read');
  door = withKey(authorization, Number(new URL(t.gateway.url).port));
  await new Promise<void>((resolve) => {
    door.listen(0, '127.0.0.1', resolve);
  });
  url = `http://localhost:${(door.address() as AddressInfo).port}/mcp`;
});
afterAll(async () => {
  door.closeAllConnections();
  await new Promise((resolve) => door.close(resolve));
  await t[Symbol.asyncDispose]();
});

test.for(['server-initialize', 'ping', 'tools-list', 'dns-rebinding-protection'])(
  'the MCP conformance suite passes: %s',
  async (scenario) => {
    const { code, text } = await new Promise<{ code: unknown; text: string }>((done) => {
      execFile(process.execPath, [suite, 'server', '--url', url, '--scenario', scenario], (error, out, err) =>
        done({ code: error === null ? 0 : error.code, text: `${out}${err}` }),
      );
    });
    expect(code, text).toBe(0);
  },
);
