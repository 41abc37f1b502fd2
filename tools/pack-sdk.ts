import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Packs the SDK as projects outside of this repository install it: compiled, with the parts of `libs` that it stands on
 * inside, as one .tgz whose path is printed. `npm install` takes it like a package of the registry.
 */
const { values: flags } = parseArgs({ options: { to: { type: 'string', default: 'dist' } } });
const root = resolve(import.meta.dirname, '..');
const libs = ['sdk', 'contracts', 'answers', 'pricing', 'runtime'];

type Manifest = { version: string; license: string; dependencies?: Record<string, string> };
const manifestOf = (lib: string): Manifest =>
  JSON.parse(readFileSync(join(root, 'libs', lib, 'package.json'), 'utf8')) as Manifest;

/** The way through Redis is for what is deployed with it. */
const isOurs = (file: string): boolean => !/test|fixture|stream-transport|transport-conformance/.test(file);

const work = mkdtempSync(join(tmpdir(), 'telltale-sdk-'));
try {
  const config = join(root, 'libs/sdk', `.pack-${process.pid}.json`);
  const files = globSync('src/**/*.ts', { cwd: join(root, 'libs/sdk') }).filter(isOurs);
  const compilerOptions = {
    noEmit: false,
    allowImportingTsExtensions: false,
    rewriteRelativeImportExtensions: true,
    resolveJsonModule: true,
    declaration: true,
    target: 'es2022',
    // As packages they would be somebody else's, and not compiled.
    paths: Object.fromEntries(libs.map((lib) => [`@telltale/${lib}/*`, [`../${lib}/src/*.ts`]])),
    rootDir: join(root, 'libs'),
    outDir: join(work, 'package'),
  };
  writeFileSync(config, JSON.stringify({ extends: '../../tsconfig.base.json', files, compilerOptions }));
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], { stdio: 'inherit' });
  } finally {
    rmSync(config);
  }
  const at = join(work, 'package');
  for (const file of globSync('**/*.{js,d.ts}', { cwd: at })) {
    const text = readFileSync(join(at, file), 'utf8');
    const here = dirname(join(at, file));
    const found = text
      .replace(/(['"])@telltale\/([a-z]+)\/([^'"]+)\1/g, (_all, quote: string, lib: string, path: string) => {
        const way = relative(here, join(at, lib, 'src', `${path}.js`));
        return `${quote}${way.startsWith('.') ? way : `./${way}`}${quote}`;
      })
      .replace(/(['"])(\.{1,2}\/[^'"]+)\.ts\1/g, '$1$2.js$1');
    if (found !== text) writeFileSync(join(at, file), found);
  }
  const { version, license } = manifestOf('sdk');
  const dependencies = Object.fromEntries(
    libs
      .flatMap((lib) => Object.entries(manifestOf(lib).dependencies ?? {}))
      .filter(([name]) => !name.startsWith('@telltale/'))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const manifest = {
    name: '@telltale/sdk',
    version,
    description: 'How code reports about itself to Telltale: calls to models, tools, memory, limits.',
    license,
    type: 'module',
    engines: { node: '>=22.19' },
    exports: { './*': { types: './sdk/src/*.d.ts', default: './sdk/src/*.js' } },
    dependencies,
  };
  writeFileSync(join(at, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(at, 'README.md'), readFileSync(join(root, 'docs/sdk.md')));
  const to = resolve(flags.to);
  mkdirSync(to, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', to], { cwd: at, encoding: 'utf8' });
  process.stdout.write(`${join(to, packed.trim())}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
