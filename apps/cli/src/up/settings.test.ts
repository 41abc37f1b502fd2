import { expect, test } from 'vitest';
import { localUrl, readUpSettings } from './settings.ts';

const secret = 'x'.repeat(32);

test('flags win over variables, variables over defaults', () => {
  const settings = readUpSettings(
    { port: '5000', sample: false },
    { TELLTALE_PORT: '6000', TELLTALE_DATA_DIR: '/data' },
  );
  expect(settings).toMatchObject({ port: 5000, dataDir: '/data', host: '127.0.0.1', sample: false });
  expect(readUpSettings({ sample: true }, {})).toMatchObject({ port: 4400, sample: true });
  expect(readUpSettings({ sample: true }, { TELLTALE_SAMPLE: 'off', TELLTALE_KEY_SECRET: secret })).toMatchObject({
    sample: false,
    keySecret: secret,
  });
});

test.each(['0.0.0.0', '192.168.1.4', '::', 'example.org'])(
  '%s without TLS is refused unless somebody says so',
  (host) => {
    expect(() => readUpSettings({ host, sample: true }, {})).toThrow(/--insecure-http/);
    expect(readUpSettings({ host, sample: true, insecureHttp: true }, {}).host).toBe(host);
    expect(readUpSettings({ host, sample: true }, { TELLTALE_TLS_CERT: 'c', TELLTALE_TLS_KEY: 'k' }).tls).toBe(true);
  },
);

test.each(['127.0.0.1', '127.3.2.1', 'localhost', '::1'])('%s needs no TLS', (host) => {
  expect(readUpSettings({ host, sample: true }, {}).host).toBe(host);
});

test('every problem of the variables is named at once', () => {
  const env = { TELLTALE_PORT: 'x', TELLTALE_DATABASE_URL: 'mysql://a', TELLTALE_KEY_SECRET: 'short' };
  expect(() => readUpSettings({ sample: true }, env)).toThrow(
    /TELLTALE_PORT.*TELLTALE_DATABASE_URL.*TELLTALE_KEY_SECRET/s,
  );
});

test('the URL is one that this machine can open', () => {
  expect(localUrl({ host: '0.0.0.0', port: 4400, tls: false })).toBe('http://127.0.0.1:4400');
  expect(localUrl({ host: '::1', port: 1, tls: true })).toBe('https://[::1]:1');
});
