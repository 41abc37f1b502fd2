import { expect, test } from 'vitest';
import { readGatewayConfig } from '../config.ts';

const needed = {
  TELLTALE_DATABASE_URL: 'postgres://127.0.0.1/telltale',
  TELLTALE_REDIS_URL: 'redis://127.0.0.1',
  TELLTALE_KEY_SECRET: 'a pepper for tests, longer than 32 characters',
  TELLTALE_DATA_DIR: '/data',
};
const read = (env: Record<string, string>) => readGatewayConfig({ ...needed, ...env }).artifacts;

test('artifacts lie in the data folder, 10 GB a team, unless something else is said', () => {
  const usual = { whenFull: 'refuse', keptMs: 90 * 86_400_000 };
  expect(read({})).toEqual({ place: { folder: '/data/artifacts' }, quota: 10_000_000_000, ...usual });
  expect(read({ TELLTALE_ARTIFACTS: '/elsewhere', TELLTALE_ARTIFACTS_QUOTA: 'off' })).toEqual({
    place: { folder: '/elsewhere' },
    quota: null,
    ...usual,
  });
  const others = { TELLTALE_ARTIFACTS_WHEN_FULL: 'evict', TELLTALE_RETENTION_ARTIFACTS: '30d' };
  expect(read(others)).toMatchObject({ whenFull: 'evict', keptMs: 30 * 86_400_000 });
  expect(read({ TELLTALE_RETENTION_ARTIFACTS: 'off' })).toMatchObject({ keptMs: null });
});

test('a bucket is Amazon’s or another server’s, with keys of ours or the SDK’s own', () => {
  expect(read({ TELLTALE_ARTIFACTS: 's3://my-bucket' }).place).toEqual({
    s3: { bucket: 'my-bucket', prefix: '', endpoint: undefined, region: 'us-east-1', credentials: undefined },
  });
  const other = {
    TELLTALE_ARTIFACTS: 's3://my-bucket/some/prefix/',
    TELLTALE_S3_ENDPOINT: 'http://minio:9000',
    TELLTALE_S3_REGION: 'eu-1',
    TELLTALE_S3_ACCESS_KEY_ID: 'id',
    TELLTALE_S3_SECRET_ACCESS_KEY: 'secret',
  };
  expect(read(other).place).toEqual({
    s3: {
      bucket: 'my-bucket',
      prefix: 'some/prefix/',
      endpoint: 'http://minio:9000',
      region: 'eu-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    },
  });
});

test.each([
  [{ TELLTALE_ARTIFACTS: 's3://' }, 'TELLTALE_ARTIFACTS'],
  [{ TELLTALE_ARTIFACTS: 's3://Not_A_Bucket' }, 'TELLTALE_ARTIFACTS'],
  [{ TELLTALE_ARTIFACTS_QUOTA: 'much' }, 'TELLTALE_ARTIFACTS_QUOTA'],
  [{ TELLTALE_ARTIFACTS_WHEN_FULL: 'perhaps' }, 'TELLTALE_ARTIFACTS_WHEN_FULL'],
  [{ TELLTALE_RETENTION_ARTIFACTS: 'long' }, 'TELLTALE_RETENTION_ARTIFACTS'],
  [{ TELLTALE_ARTIFACTS: 's3://bucket', TELLTALE_S3_ACCESS_KEY_ID: 'id' }, 'TELLTALE_S3_SECRET_ACCESS_KEY'],
])('%j is refused by its name', (env, name) => {
  expect(() => read(env)).toThrow(name);
});
