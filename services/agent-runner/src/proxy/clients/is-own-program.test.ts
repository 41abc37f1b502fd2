import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isOwnProgram } from './is-own-program.ts';

function aMachine() {
  const home = mkdtempSync(join(tmpdir(), 'telltale-own-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const write = (path: string, content: string | Buffer): string => {
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode: 0o755 });
    return file;
  };
  const env = { HOME: home, PATH: `${join(home, 'bin')}:/usr/bin:/bin` };
  const is = (...argv: string[]): boolean => isOwnProgram(argv, { client: 'codex', cwd: join(home, 'work'), env });
  mkdirSync(join(home, 'work'));
  return { home, write, is };
}

const binary = (text: string): Buffer =>
  Buffer.concat([Buffer.from('\x7fELF\0'), Buffer.alloc(3 * 1024 * 1024 - 9, 1), Buffer.from(text), Buffer.alloc(99)]);

test('the package, its program and what starts it are Codex, wherever they are', () => {
  const { home, write, is } = aMachine();
  expect(is('codex', 'exec')).toBe(true);
  write('lib/node_modules/@openai/codex/package.json', '{"name":"@openai/codex"}');
  const installed = write('lib/node_modules/@openai/codex/bin/codex.js', '#!/usr/bin/env node\n');
  mkdirSync(join(home, 'bin'));
  symlinkSync(installed, join(home, 'bin/codex'));
  for (const argv of [['codex'], ['timeout', '9', 'codex', 'exec'], ['node', installed], [installed], ['npx', 'codex']])
    expect(is(...argv)).toBe(true);
  expect(is('npx', '-y', '@openai/codex@0.169.0')).toBe(true);
  const program = write('opt/codex', binary('CODEX_HOME'));
  expect(is(program)).toBe(true);
  expect(is('../opt/codex')).toBe(true);
  expect(is(write('mine/codex', '#!/bin/sh\nexport X=1\nexec ~/opt/codex "$@"\n'))).toBe(true);
  expect(is(write('shims/codex', '#!/bin/sh\nexec asdf exec "codex" "$@"\n'))).toBe(true);
});

test('another program of the same name is none', () => {
  const { home, write, is } = aMachine();
  expect(is('npx', 'codex')).toBe(false);
  write('bin/codex', '#!/usr/bin/env python3\nprint("codex of laws", "/bin/codex")\n');
  for (const argv of [
    ['codex', 'hammurabi'],
    ['env', 'A=1', 'codex'],
    ['npx', 'codex'],
    ['uv', 'run', 'codex'],
  ])
    expect(is(...argv)).toBe(false);
  expect(is(write('opt/codex', binary('a book')))).toBe(false);
  write('work/package.json', '{"name":"codex"}');
  expect(is(write('work/codex.js', 'console.log(1)\n'))).toBe(false);
  expect(is('node', 'codex.js')).toBe(false);
  // Round and round.
  expect(is(write('loop/codex', `#!/bin/sh\nexec ${home}/ring/codex\n`))).toBe(false);
  expect(is(write('ring/codex', `#!/bin/sh\nexec ${home}/loop/codex\n`))).toBe(false);
});

test('what npx finds beside the project goes before the path', () => {
  const { write, is } = aMachine();
  write('bin/codex', '#!/bin/sh\n');
  write('work/node_modules/@openai/codex/package.json', '{"name":"@openai/codex"}');
  symlinkSync(
    write('work/node_modules/@openai/codex/bin/codex.js', '#!/usr/bin/env node\n'),
    join(dirname(write('work/node_modules/.bin/x', '')), 'codex'),
  );
  expect(is('npx', 'codex')).toBe(true);
  expect(is('codex')).toBe(false);
});
