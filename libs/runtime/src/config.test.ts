import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError, readConfig } from './config.ts';
import { booleanText, durationText, portText, sizeText } from './units.ts';

const shape = {
  TELLTALE_PORT: portText.default(4400),
  TELLTALE_DATABASE_URL: z.string().min(1),
  TELLTALE_SAMPLE: booleanText.default(true),
  TELLTALE_RETENTION_RAW: durationText.default(0),
  TELLTALE_RETENTION_SIZE: sizeText.default(0),
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(shape, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

test('defaults, units and booleans are parsed once', () => {
  const env = {
    TELLTALE_DATABASE_URL: 'postgres://x',
    TELLTALE_SAMPLE: 'off',
    TELLTALE_RETENTION_RAW: '30d',
    TELLTALE_RETENTION_SIZE: '5GB',
  };
  expect(readConfig(shape, env)).toEqual({
    TELLTALE_PORT: 4400,
    TELLTALE_DATABASE_URL: 'postgres://x',
    TELLTALE_SAMPLE: false,
    TELLTALE_RETENTION_RAW: 2_592_000_000,
    TELLTALE_RETENTION_SIZE: 5_000_000_000,
  });
});

test('all problems are reported together, each naming its variable', () => {
  const problems = problemsOf({ TELLTALE_PORT: 'http', TELLTALE_SAMPLE: 'maybe', TELLTALE_RETENTION_RAW: '30' });
  expect(problems.map((line) => line.split(':')[0])).toEqual([
    'TELLTALE_PORT',
    'TELLTALE_DATABASE_URL',
    'TELLTALE_SAMPLE',
    'TELLTALE_RETENTION_RAW',
  ]);
});

test('a flag wins over the variable, and the variable over its file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'telltale-config-')), 'url');
  writeFileSync(file, 'postgres://from-file\n');
  const fromFile = readConfig(shape, { TELLTALE_DATABASE_URL_FILE: file });
  expect(fromFile.TELLTALE_DATABASE_URL).toBe('postgres://from-file');
  const env = { TELLTALE_DATABASE_URL: 'postgres://from-env', TELLTALE_DATABASE_URL_FILE: file };
  expect(readConfig(shape, env).TELLTALE_DATABASE_URL).toBe('postgres://from-env');
  expect(readConfig(shape, env, { TELLTALE_DATABASE_URL: 'postgres://flag' }).TELLTALE_DATABASE_URL).toBe(
    'postgres://flag',
  );
});

test('a file that cannot be read is named', () => {
  expect(problemsOf({ TELLTALE_DATABASE_URL_FILE: '/nowhere/at/all' })[0]).toContain(
    'TELLTALE_DATABASE_URL_FILE: cannot read /nowhere/at/all',
  );
});
