import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeSecrets } from './make-secrets.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-secrets-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const contents = () =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

test('secrets are made once, differ between deployments, and agree with each other', () => {
  expect(makeSecrets(folder)).toContain('key-secret');
  const first = contents();
  expect(makeSecrets(folder)).toEqual([]);
  expect(contents()).toEqual(first);
  expect(new URL(first['database-url'] ?? '').password).toBe(first['postgres-password']);
  expect(first['redis.conf']).toContain(`requirepass ${new URL(first['redis-url'] ?? '').password}\n`);
  expect(first['redis.conf']).toContain('maxmemory-policy noeviction');
  expect(statSync(join(folder, 'key-secret')).mode & 0o777).toBe(0o444);

  rmSync(folder, { recursive: true });
  makeSecrets(folder);
  expect(contents()['key-secret']).not.toBe(first['key-secret']);
});
