import { pageHeader } from '@telltale/contracts/http/sign-in';
import { createSignInLink } from '@telltale/store/config';
import { until } from '@telltale/testkit/until';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, keySecret, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
beforeAll(async () => {
  t = await createTestGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

const ours = { [pageHeader]: '1' };
const keyOf = ({ authorization }: { authorization: string }): string => authorization.replace('Bearer ', '');
const signIn = (payload: object, headers: Record<string, string> = ours) =>
  t.gateway.http.inject({ method: 'POST', url: '/page/session', payload, headers });
const cookieOf = (answer: Awaited<ReturnType<typeof signIn>>): string =>
  String(answer.headers['set-cookie']).split(';')[0] ?? '';

async function signedIn(...scopes: ('read' | 'admin')[]): Promise<{ cookie: string; keyId: string }> {
  const key = keyOf(await t.as('red', ...scopes));
  return { cookie: cookieOf(await signIn({ key })), keyId: key.split('_')[1] ?? '' };
}
const asks = (url: string, cookie: string, rest: object = {}) =>
  t.gateway.http.inject({ url, headers: { cookie, ...ours }, ...rest });

test('a key becomes a session that REST takes in its place, in a cookie no script can read', async () => {
  const answer = await signIn({ key: keyOf(await t.as('red', 'read')) });
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toMatchObject({ team_id: 'red', scopes: ['read'], teams: [{ team_id: 'red' }] });
  expect(answer.headers['set-cookie']).toMatch(
    /^telltale-[0-9a-f]{8}=red~\w+~[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604(?:800|7\d\d)$/,
  );
  const cookie = cookieOf(answer);
  expect((await asks('/api/v1/agents', cookie)).statusCode).toBe(200);
  expect((await asks('/api/v1/keys', cookie)).json().code).toBe('forbidden');
  expect((await asks('/page/session', cookie)).json()).toMatchObject({ team_id: 'red', principal: { id: 'test' } });
  const rows = await t.db.selectFrom('browser_session').selectAll().execute();
  expect(JSON.stringify(rows)).not.toContain(cookie.split('~')[2]);
});

test('a wrong key, a key that may not read, a used link and a made-up cookie are refused', async () => {
  expect((await signIn({ key: 'tt_nothing' })).statusCode).toBe(401);
  expect((await signIn({ key: keyOf(await t.as('red', 'ingest')) })).json().code).toBe('forbidden');
  expect((await signIn({ link: `red~${'0'.repeat(12)}~${'0'.repeat(43)}` })).statusCode).toBe(401);
  const { cookie } = await signedIn('read');
  expect((await asks('/api/v1/agents', cookie.replace(/.$/, '!'))).statusCode).toBe(401);
  expect(
    (await asks('/api/v1/agents', `${cookie.split('~').slice(0, 2).join('~')}~${'0'.repeat(43)}`)).statusCode,
  ).toBe(401);
});

test('a one-time link signs in once', async () => {
  const key = keyOf(await t.as('red', 'read'));
  const now = new Date();
  const wanted = { teamId: 'red', keyId: key.split('_')[1] ?? '', keySecret, now };
  const link = await createSignInLink(t.db, { ...wanted, expiresAt: new Date(now.getTime() + 60_000) });
  expect((await signIn({ link })).statusCode).toBe(201);
  expect((await signIn({ link })).json().code).toBe('unauthenticated');
  const over = await createSignInLink(t.db, { ...wanted, expiresAt: now });
  expect((await signIn({ link: over })).json().code).toBe('unauthenticated');
});

test('a foreign page can make a browser neither sign in nor change anything', async () => {
  const key = keyOf(await t.as('red', 'read', 'admin'));
  const { cookie } = await signedIn('read', 'admin');
  const host = '127.0.0.1';
  for (const foreign of [
    {},
    { ...ours, host, origin: 'https://evil.example' },
    { ...ours, host, origin: 'null' },
    { ...ours, 'sec-fetch-site': 'cross-site' },
    { ...ours, 'sec-fetch-site': 'same-site' },
  ]) {
    expect((await signIn({ key }, foreign as Record<string, string>)).statusCode).toBe(403);
    const headers = { cookie, ...foreign };
    const change = { method: 'POST' as const, url: '/api/v1/keys', payload: { scopes: ['read'] }, headers };
    expect((await t.gateway.http.inject(change)).json().code).toBe('forbidden');
  }
  const own = { cookie, ...ours, host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
  const made = await t.gateway.http.inject({
    method: 'POST',
    url: '/api/v1/keys',
    payload: { scopes: ['read'] },
    headers: own,
  });
  expect(made.statusCode).toBe(201);
});

test('where there is TLS the cookie has a name and a flag that nobody else can set, and no other name counts', async () => {
  await using secure = await createTestGateway({
    database: { url: t.databaseUrl },
    redis: { url: t.redisUrl },
    config: { publicUrl: 'https://telltale.example' },
  });
  const key = keyOf(await t.as('red', 'read'));
  const http = secure.gateway.http;
  const answer = await http.inject({ method: 'POST', url: '/page/session', payload: { key }, headers: ours });
  const said = String(answer.headers['set-cookie']);
  expect(said).toMatch(/^__Host-telltale-[0-9a-f]{8}=.*; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/);
  const cookie = cookieOf(answer);
  const status = async (sent: string) =>
    (await http.inject({ url: '/api/v1/agents', headers: { cookie: sent } })).statusCode;
  expect([await status(cookie), await status(cookie.replace('__Host-', ''))]).toEqual([200, 401]);
});

test('signing out ends this browser, or every browser that used the same key', async () => {
  const key = keyOf(await t.as('red', 'read'));
  const [one, two, three] = [
    cookieOf(await signIn({ key })),
    cookieOf(await signIn({ key })),
    (await signedIn('read')).cookie,
  ];
  const out = await asks('/page/session', one, { method: 'DELETE' });
  expect([out.statusCode, out.headers['set-cookie']]).toEqual([204, expect.stringContaining('Max-Age=0')]);
  expect((await asks('/api/v1/agents', one)).statusCode).toBe(401);
  expect((await asks('/api/v1/agents', two)).statusCode).toBe(200);
  await asks('/page/session?everywhere=true', two, { method: 'DELETE' });
  expect((await asks('/api/v1/agents', two)).statusCode).toBe(401);
  expect((await asks('/api/v1/agents', three)).statusCode).toBe(200);
});

test('an hour-old session gets a new secret; the one before goes on for requests under way', async () => {
  const { cookie } = await signedIn('read');
  const [, id = ''] = cookie.split('~');
  expect((await asks('/page/session/renew', cookie, { method: 'POST' })).headers['set-cookie']).toBeUndefined();
  await t.db
    .updateTable('browser_session')
    .set({ rotated_at: new Date(Date.now() - 3_700_000) })
    .where('session_id', '=', id)
    .execute();
  await using other = await createTestGateway({ database: { url: t.databaseUrl }, redis: { url: t.redisUrl } });
  const renew = await other.gateway.http.inject({
    method: 'POST',
    url: '/page/session/renew',
    headers: { cookie, ...ours },
  });
  const fresh = cookieOf(renew);
  expect(fresh).not.toBe(cookie);
  expect((await asks('/api/v1/agents', fresh)).statusCode).toBe(200);
  expect((await asks('/api/v1/agents', cookie)).statusCode).toBe(200);
  await t.db
    .updateTable('browser_session')
    .set({ rotated_at: new Date(Date.now() - 120_000) })
    .where('session_id', '=', id)
    .execute();
  await using later = await createTestGateway({ database: { url: t.databaseUrl }, redis: { url: t.redisUrl } });
  expect((await later.gateway.http.inject({ url: '/api/v1/agents', headers: { cookie } })).statusCode).toBe(401);
});

test('a session ends with its key, for REST and for a live socket, within 30 s', async () => {
  const { cookie, keyId } = await signedIn('read');
  const { origin } = new URL(t.gateway.url);
  const open = (extraHeaders: Record<string, string>) =>
    io(t.gateway.url, { transports: ['websocket'], reconnection: false, forceNew: true, extraHeaders });
  const outcome = (socket: ReturnType<typeof open>) =>
    new Promise<string>((resolve) => {
      socket.on('connect', () => resolve('open')).on('connect_error', () => resolve('refused'));
    });
  const [foreign, silent, socket] = [
    open({ cookie, origin: 'https://evil.example' }),
    open({ cookie }),
    open({ cookie, origin }),
  ];
  expect(await Promise.all([foreign, silent, socket].map(outcome))).toEqual(['refused', 'refused', 'open']);
  await t.gateway.http.inject({ method: 'DELETE', url: `/api/v1/keys/${keyId}`, headers: t.operator });
  await until(() => !socket.connected, { timeoutMs: 30_000 });
  expect((await asks('/api/v1/agents', cookie)).statusCode).toBe(401);
  for (const one of [foreign, silent, socket]) one.close();
});
