import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-checks-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function plant(files: Record<string, string>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
}

function run(program: string, ...argv: string[]): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    execFile(program, argv, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });
}

const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const manifest = (fields: object): string =>
  JSON.stringify({ name: 'planted', private: true, type: 'module', ...fields });

test('unformatted code is found', async () => {
  await plant({ 'a.ts': 'export const a   = "b"' });
  expect((await run(bin('oxfmt'), '--check')).code).not.toBe(0);
});

test('a wrong type is found', async () => {
  await plant({
    'a.ts': `export const a: number = 'b';`,
    'tsconfig.json': JSON.stringify({ compilerOptions: { noEmit: true } }),
  });
  const { code, output } = await run(bin('tsc'), '-p', 'tsconfig.json');
  expect([code === 0, output.includes('TS2322')]).toEqual([false, true]);
});

test('an unlisted workspace and an unused export are found', async () => {
  await plant({
    'package.json': manifest({ workspaces: ['libs/*'] }),
    'knip.json': JSON.stringify({ workspaces: { 'libs/*': { entry: ['src/main.ts!'], project: ['src/**/*.ts!'] } } }),
    'libs/a/package.json': manifest({ name: '@planted/a' }),
    'libs/a/src/main.ts': `import { b } from '@planted/b';\nimport { used } from './c.ts';\nconsole.log(b, used);`,
    'libs/a/src/c.ts': `export const used = 1;\nexport const unused = 2;`,
    'libs/b/package.json': manifest({ name: '@planted/b', exports: './src/main.ts' }),
    'libs/b/src/main.ts': `export const b = 1;`,
  });
  const { code, output } = await run(bin('knip'), '--strict', '--no-progress');
  expect(code).not.toBe(0);
  expect(output).toContain('@planted/b');
  expect(output).toContain('unused');
});

test('two versions of one dependency are found', async () => {
  await plant({
    'package.json': manifest({ workspaces: ['libs/*'], packageManager: 'npm@11.19.1' }),
    'libs/a/package.json': manifest({ name: '@planted/a', dependencies: { zod: '4.6.7' } }),
    'libs/b/package.json': manifest({ name: '@planted/b', dependencies: { zod: '4.6.6' } }),
  });
  expect((await run(bin('sherif'))).code).not.toBe(0);
});

test('a dead link, a path that is gone, an unknown script and a missing error code are found', async () => {
  await plant({
    'package.json': manifest({ scripts: {} }),
    'README.md': 'See [this](docs/gone.md), `libs/gone/src` and `npm run gone`.',
    'docs/errors.md': '### `invented`\n',
  });
  await run('git', 'init', '--quiet');
  const { code, output } = await run(process.execPath, join(root, 'tools/check-docs.ts'));
  expect(code).toBe(1);
  for (const found of [
    'docs/gone.md',
    'libs/gone/src',
    'npm run gone',
    'invented is no error code',
    'not_found is missing',
  ]) {
    expect(output).toContain(found);
  }
});
