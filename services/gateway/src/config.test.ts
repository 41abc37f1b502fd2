import { expect, test } from 'vitest';
import { readGatewayConfig } from './config.ts';

const env = {
  TELLTALE_DATABASE_URL: 'postgres://u:p@localhost/telltale',
  TELLTALE_REDIS_URL: 'redis://localhost:6379',
  TELLTALE_KEY_SECRET: 'k'.repeat(32),
};

test('the least that is needed gives a gateway on loopback', () => {
  expect(readGatewayConfig(env)).toMatchObject({ host: '127.0.0.1', port: 4400, metricsPort: 9464, tls: undefined });
});

test('every problem is reported at once and names its variable', () => {
  const read = () =>
    readGatewayConfig({
      ...env,
      TELLTALE_DATABASE_URL: 'mysql://x',
      TELLTALE_KEY_SECRET: 'short',
      TELLTALE_PORT: '99999',
    });
  expect(read).toThrow(
    /TELLTALE_DATABASE_URL: is not a postgres[^]*TELLTALE_KEY_SECRET: is shorter[^]*TELLTALE_PORT: is not a port/,
  );
});

test('a host that others reach needs TLS or the word of the operator', () => {
  for (const host of ['0.0.0.0', '::', 'gateway.example', '192.168.1.5']) {
    expect(() => readGatewayConfig({ ...env, TELLTALE_HOST: host })).toThrow('no TLS');
    expect(readGatewayConfig({ ...env, TELLTALE_HOST: host, TELLTALE_INSECURE_HTTP: 'true' }).host).toBe(host);
  }
  for (const host of ['localhost', '::1', '127.0.0.9']) {
    expect(readGatewayConfig({ ...env, TELLTALE_HOST: host }).host).toBe(host);
  }
  const tls = { TELLTALE_TLS_CERT: 'c', TELLTALE_TLS_KEY: 'k' };
  expect(readGatewayConfig({ ...env, ...tls, TELLTALE_HOST: '0.0.0.0' }).tls).toEqual({ cert: 'c', key: 'k' });
  expect(() => readGatewayConfig({ ...env, TELLTALE_TLS_CERT: 'c' })).toThrow('set both or none');
});

test('proxies are addresses or networks, never a count', () => {
  const proxies = (list: string) => readGatewayConfig({ ...env, TELLTALE_TRUSTED_PROXIES: list }).trustedProxies;
  expect(proxies('10.0.0.0/8, 127.0.0.1')).toEqual(['10.0.0.0/8', '127.0.0.1']);
  expect(() => proxies('1')).toThrow('TELLTALE_TRUSTED_PROXIES');
});
