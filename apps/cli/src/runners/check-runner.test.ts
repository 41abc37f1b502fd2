import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { productVersion } from '../product.ts';
import { expect, test } from 'vitest';
import { checkKeyOfRunner, checkWay } from './check-runner.ts';

type Answers = Partial<Record<'livez' | 'openapi.json' | 'telemetry' | 'beat', (response: ServerResponse) => void>>;

const json = (status: number, body: unknown) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};
const row = {
  runner_id: 'r-1',
  team_id: 'red',
  name: 'here',
  host: 'here',
  version: '1',
  state: 'active',
  running: 0,
  key_id: 'k-1',
  enrolled_at: new Date().toISOString(),
  last_seen_at: new Date().toISOString(),
  silent_since: null,
  revoked_at: null,
};

/** A gateway that answers as told, and well where nothing is told. */
async function openGateway(answers: Answers = {}) {
  const all: Required<Answers> = {
    livez: json(200, {}),
    'openapi.json': json(200, { info: { version: productVersion() } }),
    telemetry: json(200, {}),
    beat: json(200, row),
    ...answers,
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const name = (['livez', 'openapi.json', 'telemetry'] as const).find((one) => path.includes(one)) ?? 'beat';
    all[name](response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    check: () => checkKeyOfRunner({ url, key: 'tt_red_x', runnerId: 'r-1', host: 'here', version: productVersion() }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
const words = (findings: readonly { name: string; status: string }[]) =>
  findings.map(({ name, status }) => `${name}: ${status}`);

test('a way that is well, but for the missing TLS', async () => {
  await using gateway = await openGateway();
  const { answers, findings } = await checkWay(gateway.url);
  expect([answers, words(findings)]).toEqual([true, ['gateway: ok', 'tls: warning', 'clock: ok']]);
  expect(words(await gateway.check())).toEqual(['version: ok', 'key: ok', 'first record: ok']);
});

test('an address where nobody answers, or somebody else, takes no token', async () => {
  const gone = await openGateway();
  await gone[Symbol.asyncDispose]();
  expect(await checkWay(gone.url)).toMatchObject({
    answers: false,
    findings: [{ status: 'problem', details: expect.stringContaining('ECONNREFUSED') }],
  });
  await using other = await openGateway({ livez: json(404, {}) });
  expect(await checkWay(other.url)).toMatchObject({
    answers: false,
    findings: [{ details: expect.stringContaining('404') }],
  });
  // No certificate at all: the other end does not speak TLS.
  expect(await checkWay(other.url.replace('http:', 'https:'))).toMatchObject({ answers: false });
});

test('a clock that is off is a problem, and says by how much', async () => {
  await using gateway = await openGateway({
    livez(response) {
      response.writeHead(200, { date: new Date(Date.now() + 3_600_000).toUTCString() });
      response.end();
    },
  });
  const clock = (await checkWay(gateway.url)).findings.find(({ name }) => name === 'clock');
  expect(clock).toMatchObject({ status: 'problem', details: expect.stringMatching(/3[56]\d\d\.\d s ahead/) });
});

test('another version is a warning; a record that is not stored yet too; a refused one is a problem', async () => {
  await using other = await openGateway({
    'openapi.json': json(200, { info: { version: '99.0.0' } }),
    telemetry: json(202, {}),
  });
  expect(words(await other.check())).toEqual(['version: warning', 'key: ok', 'first record: warning']);
  await using refusing = await openGateway({ telemetry: json(403, { code: 'forbidden' }) });
  expect(words(await refusing.check())).toEqual(['version: ok', 'key: ok', 'first record: problem']);
  await using unknown = await openGateway({ beat: json(401, { code: 'unauthenticated' }) });
  expect(words(await unknown.check())).toEqual(['version: ok', 'first record: problem']);
});
