import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlain } from 'node:http';
import { createServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authorityCertificate, localhostCertificate, localhostKey } from '../test-support/private-authority.ts';
import { talk } from '../test-support/talk.ts';
import { startMeteringProxy } from './metering-proxy.ts';
import { upstreamOf } from './upstreams.ts';

const provider = createServer({ key: localhostKey, cert: localhostCertificate }, (request, response) => {
  request.resume();
  request.once('end', () => response.end('{"type":"message","usage":{"input_tokens":3,"output_tokens":1}}'));
});
const asked: string[] = [];
const webProxy = createPlain().on('connect', (request, client) => {
  asked.push(request.url ?? '');
  const [host = '', port = ''] = (request.url ?? '').split(':');
  const server = connect(Number(port), host, () => {
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    server.pipe(client).pipe(server);
  });
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
});
const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
let folder: string;
let bundle: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trust-'));
  bundle = join(folder, 'bundle.pem');
  writeFileSync(bundle, `# ours\n${authorityCertificate}`);
  for (const server of [provider, webProxy])
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  for (const server of [provider, webProxy]) server.close();
  rmSync(folder, { recursive: true });
});

async function call(env: Record<string, string>): Promise<{ status: number; body: string }> {
  const upstream = upstreamOf('anthropic', `https://localhost:${portOf(provider)}`);
  await using proxy = await startMeteringProxy({
    upstreams: upstream === null ? [] : [upstream],
    onCall: () => undefined,
    env,
    clock: systemClock,
  });
  const answer = await talk(`${proxy.urls.get('anthropic') ?? ''}/v1/messages`, { body: Buffer.from('{}') });
  return { status: answer.status, body: answer.body.toString() };
}

test('a provider whose authority nobody named is not trusted, as without the proxy', async () => {
  const { status, body } = await call({ NODE_EXTRA_CA_CERTS: '/nowhere.pem', SSL_CERT_FILE: '' });
  expect(status).toBe(502);
  expect(body).toMatch(/certificate/);
});

test.each(['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'])(
  'the authorities of %s are trusted',
  async (name) => {
    expect((await call({ [name]: bundle })).status).toBe(200);
  },
);

test('so are those of a folder, and everybody where the run checks nothing', async () => {
  expect((await call({ SSL_CERT_DIR: `/nowhere:${folder}` })).status).toBe(200);
  expect((await call({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).status).toBe(200);
});

test('a web proxy of the run stays in between, and what NO_PROXY names goes past it', async () => {
  const env = { HTTPS_PROXY: `http://127.0.0.1:${portOf(webProxy)}`, NODE_EXTRA_CA_CERTS: bundle };
  expect((await call(env)).status).toBe(200);
  expect(asked).toEqual([`localhost:${portOf(provider)}`]);
  expect((await call({ ...env, NO_PROXY: 'localhost' })).status).toBe(200);
  expect(asked).toHaveLength(1);
});
