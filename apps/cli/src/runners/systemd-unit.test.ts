import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installUnit, systemdUnit, unitFolder } from './systemd-unit.ts';

let folder: string;
let env: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-unit-'));
  env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, HOME: folder };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = () => join(folder, 'asked');
const asked = () => (existsSync(log()) ? readFileSync(log(), 'utf8').trim().split('\n') : []);
/** A systemctl that writes down what it is asked, and does what `script` says. */
function withSystemctl(script = ''): void {
  const file = join(folder, 'systemctl');
  writeFileSync(file, `#!/bin/sh\necho "$*" >> '${log()}'\n${script}\n`);
  chmodSync(file, 0o755);
}
const unit = (forSystem: boolean) => systemdUnit({ environmentFile: '/var/lib/a b%c/runner.env', forSystem });

test('the unit is written and started, for the system or for one user, and once more for an upgrade', () => {
  withSystemctl();
  const path = join(folder, 'not/there/yet');
  expect(installUnit('first', { path, forSystem: true }, env)).toBeNull();
  expect(readFileSync(join(path, 'telltale-runner.service'), 'utf8')).toBe('first');
  expect(asked()).toEqual(['daemon-reload', 'enable telltale-runner.service', 'restart telltale-runner.service']);

  expect(installUnit('second', { path, forSystem: false }, env)).toBeNull();
  expect(readFileSync(join(path, 'telltale-runner.service'), 'utf8')).toBe('second');
  expect(asked().slice(3)).toEqual([
    '--user daemon-reload',
    '--user enable telltale-runner.service',
    '--user restart telltale-runner.service',
  ]);
});

test('what systemd complains of is said in its words, and nothing is asked after it', () => {
  const path = join(folder, 'units');
  withSystemctl('[ "$1" = enable ] && { echo "Failed to enable unit: Access denied" >&2; exit 1; }; exit 0');
  expect(installUnit('unit', { path, forSystem: true }, env)).toBe('Failed to enable unit: Access denied');
  expect(asked()).toEqual(['daemon-reload', 'enable telltale-runner.service']);
  withSystemctl('[ "$2" = restart ] && exit 5; exit 0');
  expect(installUnit('unit', { path, forSystem: false }, env)).toBe(
    'systemctl --user restart telltale-runner.service exited with 5',
  );
});

test('without systemctl, or where no unit may be written, it says so', () => {
  const path = join(folder, 'units');
  expect(installUnit('unit', { path, forSystem: true }, { PATH: folder })).toMatch(/systemctl.*ENOENT/);
  writeFileSync(join(folder, 'file'), '');
  expect(installUnit('unit', { path: join(folder, 'file/units'), forSystem: true }, env)).toMatch(
    /^the unit cannot be written: .*ENOTDIR/,
  );
});

test('where a unit belongs', () => {
  const booted = join(folder, 'booted');
  expect(unitFolder(env, { isRoot: true, booted })).toBeNull();
  mkdirSync(booted);
  expect(unitFolder(env, { isRoot: true, booted })).toEqual({ path: '/etc/systemd/system', forSystem: true });
  const own = { path: join(folder, '.config/systemd/user'), forSystem: false };
  expect(unitFolder(env, { isRoot: false, booted })).toEqual(own);
  expect(unitFolder({ ...env, XDG_CONFIG_HOME: '/elsewhere' }, { isRoot: false, booted })).toEqual({
    ...own,
    path: '/elsewhere/systemd/user',
  });
  expect(unitFolder({}, { isRoot: false, booted })).toBeNull();
});

test.each([true, false])('systemd has nothing to say against the unit (of the system: %s)', (forSystem) => {
  const text = unit(forSystem);
  // What keeps the runs alive through its restart, and what has to stay out for agents to work.
  expect(text).toMatch(/^KillMode=process$/m);
  expect(text).toMatch(/^OOMPolicy=continue$/m);
  expect(text).not.toMatch(/NoNewPrivileges|Protect|Private|Restrict|SystemCall/);
  expect(text).toContain('EnvironmentFile=/var/lib/a b%%c/runner.env');
  const file = join(folder, 'telltale-runner.service');
  writeFileSync(file, text);
  // Where there is no systemd it cannot complain either: the words above are all there is to see then.
  const words = [...(forSystem ? [] : ['--user']), 'verify', file];
  const { stderr } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
  expect((stderr ?? '').split('\n').filter((line) => line.includes('telltale-runner'))).toEqual([]);
});
