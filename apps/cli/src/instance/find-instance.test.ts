import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { markOf } from '@telltale/embedded/process-table';
import { findTarget } from './find-instance.ts';
import { writeInstance } from './instance-file.ts';
import { announceInstance } from './pointers.ts';

let folder: string;
let env: Record<string, string>;
let ownFolder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-find-'));
  env = { XDG_STATE_HOME: join(folder, 'state') };
  ownFolder = join(folder, 'clone/.telltale');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A data folder in which something runs (this very process), or ran. */
function instance(name: string, port: number, startedAt: string, runs = true): string {
  const dataDir = join(folder, name);
  mkdirSync(dataDir);
  const mark = markOf(process.pid) ?? { pid: 1, started: '' };
  writeInstance(dataDir, {
    url: `http://127.0.0.1:${port}`,
    up: runs ? mark : { ...mark, started: 'long ago' },
    services: {},
    state: 'running',
    started_at: startedAt,
  });
  writeFileSync(join(dataDir, 'operator.key'), `key of ${name}\n`);
  announceInstance({ data_dir: dataDir, url: `http://127.0.0.1:${port}`, started_at: startedAt }, env);
  return dataDir;
}

test('the newest running instance of this user is found from anywhere', () => {
  instance('old', 1, '2026-01-01T00:00:00.000Z');
  const newest = instance('new', 2, '2026-01-02T00:00:00.000Z');
  instance('ended', 3, '2026-01-03T00:00:00.000Z', false);
  expect(findTarget({}, env, { ownFolder })).toEqual({
    url: 'http://127.0.0.1:2',
    apiKey: 'key of new',
    isOperator: true,
  });
  rmSync(newest, { recursive: true });
  expect(findTarget({}, env, { ownFolder })).toEqual({
    url: 'http://127.0.0.1:1',
    apiKey: 'key of old',
    isOperator: true,
  });
});

test('a data folder or a URL chooses another one, with its key', () => {
  const old = instance('old', 1, '2026-01-01T00:00:00.000Z');
  instance('new', 2, '2026-01-02T00:00:00.000Z');
  expect(findTarget({ dataDir: old }, env, { ownFolder }).apiKey).toBe('key of old');
  expect(findTarget({ url: 'http://127.0.0.1:1/' }, env, { ownFolder }).apiKey).toBe('key of old');
});

test('a key that is named wins over the one on this machine', () => {
  instance('old', 1, '2026-01-01T00:00:00.000Z');
  const file = join(folder, 'key');
  writeFileSync(file, 'mine\n');
  expect(findTarget({ apiKeyFile: file }, env, { ownFolder }).apiKey).toBe('mine');
  expect(findTarget({}, { ...env, TELLTALE_API_KEY: 'theirs' }, { ownFolder }).apiKey).toBe('theirs');
});

test('one that is stopped is found where things can wait, after those that run', () => {
  instance('ended', 3, '2026-01-03T00:00:00.000Z', false);
  expect(() => findTarget({}, env, { ownFolder })).toThrow(/No Telltale runs/);
  expect(findTarget({}, env, { evenStopped: true, ownFolder }).apiKey).toBe('key of ended');
  instance('old', 1, '2026-01-01T00:00:00.000Z');
  expect(findTarget({}, env, { evenStopped: true, ownFolder }).apiKey).toBe('key of old');
});

test('the instance of this clone is found without having been announced to this user', () => {
  ownFolder = instance('clone', 4, '2026-01-01T00:00:00.000Z');
  const elsewhere = { XDG_STATE_HOME: join(folder, 'other-state') };
  expect(findTarget({}, elsewhere, { ownFolder }).apiKey).toBe('key of clone');
});

test('the folder of a host that is enrolled names its server, and has a key of its own', () => {
  const dataDir = join(folder, 'enrolled');
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, 'runner.env'), 'TELLTALE_DATA_DIR=x\nTELLTALE_URL=https://telltale.example\n');
  writeFileSync(join(dataDir, 'runner.key'), 'tt_red_runner\n');
  const target = { url: 'https://telltale.example', apiKey: 'tt_red_runner', isOperator: false };
  expect(findTarget({ dataDir }, env, { ownFolder })).toEqual(target);
  expect(findTarget({ dataDir }, { ...env, TELLTALE_API_KEY: 'mine' }, { ownFolder }).apiKey).toBe('mine');
  expect(() => findTarget({ dataDir, url: 'http://example.org' }, env, { ownFolder })).toThrow(/TELLTALE_API_KEY/);
});

test('where nothing runs, and where there is no key, the remedy is named', () => {
  expect(() => findTarget({}, env, { ownFolder })).toThrow(/npm start.*--url/);
  expect(() => findTarget({ url: 'http://example.org' }, env, { ownFolder })).toThrow(
    /TELLTALE_API_KEY.*--api-key-file/,
  );
  expect(() => findTarget({ apiKeyFile: join(folder, 'none') }, env, { ownFolder })).toThrow(/ENOENT.*--api-key-file/);
});
