import { expect, test } from 'vitest';
import { serviceSpecs } from './service-specs.ts';
import { readUpSettings } from './settings.ts';

const own = {
  databaseUrl: 'postgres://own/telltale',
  redisUrl: 'redis://own',
  keySecret: 's'.repeat(32),
  url: 'http://127.0.0.1:4400',
  keyFile: '/data/operator.key',
};
const envOf = (service: string, env: Record<string, string>) =>
  serviceSpecs(readUpSettings({ sample: true, dataDir: '/data' }, env), env, own).find(({ name }) => name === service)
    ?.env ?? {};

test('on somebody’s own disk records may take 5 GB unless a setting says otherwise, and collectors watch its space', () => {
  expect(envOf('aggregator', {})).toMatchObject({ TELLTALE_RETENTION_SIZE: '5GB' });
  expect(envOf('collector', {})).toMatchObject({ TELLTALE_DATABASE_FOLDER: '/data' });
  expect(envOf('aggregator', { TELLTALE_RETENTION_SIZE: '20GB' })).toMatchObject({ TELLTALE_RETENTION_SIZE: '20GB' });
  expect(envOf('aggregator', { TELLTALE_RETENTION_SIZE: 'off' })).toMatchObject({ TELLTALE_RETENTION_SIZE: 'off' });
});

test('a PostgreSQL of one’s own has no ceiling and no folder that anybody here sees', () => {
  const elsewhere = { TELLTALE_DATABASE_URL: 'postgres://elsewhere/telltale' };
  expect(envOf('aggregator', elsewhere)).not.toHaveProperty('TELLTALE_RETENTION_SIZE');
  expect(envOf('collector', elsewhere)).not.toHaveProperty('TELLTALE_DATABASE_FOLDER');
});
