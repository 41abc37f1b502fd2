import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRepoAddress } from './repo-address.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'addresses-'));
  mkdirSync(join(folder, 'allowed/repo'), { recursive: true });
  mkdirSync(join(folder, 'allowed-not/repo'), { recursive: true });
  symlinkSync(join(folder, 'allowed-not/repo'), join(folder, 'allowed/link'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (text: string) => readRepoAddress(text, { allowedFolders: [join(folder, 'allowed'), '/not/there'] });

test.each([
  'https://github.com/owner/repo.git',
  'https://host.example:8443/a/b/c',
  'http://127.0.0.1:3000/repo.git',
  'ssh://git@host.example:2222/owner/repo.git',
  'ssh://host/~user/repo',
  'git@github.com:owner/repo.git',
])('%s is taken as it is', (address) => {
  expect(read(address).url).toBe(address);
});

test('a trailing slash is the same repository, another host another one', () => {
  expect(read('https://host/a/').key).toBe(read('https://host/a').key);
  expect(read('https://other/a').key).not.toBe(read('https://host/a').key);
});

test('a local repository is taken below an allowed folder only, behind its links', () => {
  const real = join(folder, 'allowed/repo');
  expect(read(real).url).toBe(real);
  expect(read(`file://${real}`).url).toBe(real);
  for (const path of ['allowed-not/repo', 'allowed/link', 'allowed/../allowed-not/repo', 'allowed/none', '']) {
    expect(() => read(join(folder, path)), path).toThrow('TELLTALE_REPO_FOLDERS');
    expect(() => read(`file://${join(folder, path)}`), path).toThrow('TELLTALE_REPO_FOLDERS');
  }
  expect(() => readRepoAddress(real, { allowedFolders: [] })).toThrow('TELLTALE_REPO_FOLDERS');
});

test.each([
  'ext::sh -c "touch canary"',
  'ext::sh -c touch% canary',
  'fd::17',
  'transport::https://host/a',
  'file::/etc',
  '--upload-pack=touch canary',
  '-oProxyCommand=touch canary',
  '--config=core.sshCommand=x',
  'ssh://-oProxyCommand=touch/canary',
  'ssh://git@-oProxyCommand=x/repo',
  'git@-oProxyCommand=x:repo',
  '-git@host:repo',
  'git@host:-repo',
  'git@host:--upload-pack=x',
  'ssh://git@host/-repo',
  'https://user:secret@host/repo',
  'https://token@host/repo',
  'https://-host/repo',
  'https://host/$(touch canary)',
  'https://host/`touch canary`',
  'https://host/a;touch canary',
  'https://host/a|b',
  'https://host/a&b',
  'https://host/a\nb',
  'https://host/a\u0000b',
  'https://host/a b',
  'https://host/"a"',
  "https://host/'a'",
  'https://host/a\\b',
  'https://host/../etc',
  'https://host/a/../../etc',
  'https://host/%2e%2e/etc',
  'git://host/repo',
  'ftp://host/repo',
  'data:text/plain,x',
  'javascript:alert(1)',
  'HTTPS://host/repo',
  'rsync://host/repo',
  'git+ssh://host/repo',
  'host:repo',
  '../repo',
  './repo',
  'repo',
  '~/repo',
  '$HOME/repo',
  '/etc',
  '/proc/self/cwd',
  'file:///etc/passwd',
  'file://other.host/etc',
  'file:relative',
  'file://localhost/etc/passwd',
  '\\\\server\\share',
  'C:\\repo',
  'https://',
  'https://host',
  'https://host/',
  'ssh://',
  ' https://host/repo',
  'https://host/repo ',
  `https://${'a'.repeat(300)}/repo`,
])('%s is refused', (address) => {
  expect(() => read(address)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});
