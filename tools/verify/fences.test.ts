import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** One planted violation per fence: a rule that no longer bites fails here, not in a review. */
const planted: { fence: string; file: string; source: string; rule: string }[] = [
  {
    fence: 'contracts import zod only',
    file: 'libs/contracts/src/a.ts',
    source: `import fs from 'node:fs';\nexport const a = fs;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'contracts know no other part',
    file: 'libs/contracts/src/b.ts',
    source: `import { createLog } from '@telltale/runtime/log';\nexport const a = createLog;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'pg stays in the store',
    file: 'services/gateway/src/a.ts',
    source: `import { Pool } from 'pg';\nexport const a = Pool;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'kysely stays in the store',
    file: 'services/aggregator/src/a.ts',
    source: `import { Kysely } from 'kysely';\nexport const a = Kysely;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'ioredis stays in the stream',
    file: 'services/collector/src/a.ts',
    source: `import { Redis } from 'ioredis';\nexport const a = Redis;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'bullmq stays in the stream',
    file: 'services/aggregator/src/b.ts',
    source: `import { Queue } from 'bullmq';\nexport const a = Queue;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'fastify stays in the gateway',
    file: 'services/collector/src/b.ts',
    source: `import { fastify } from 'fastify';\nexport const a = fastify;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'socket.io stays in the gateway',
    file: 'libs/sdk/src/a.ts',
    source: `import { Server } from 'socket.io';\nexport const a = Server;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'the dashboard knows contracts and the clients of the SDK',
    file: 'apps/dashboard/src/a.ts',
    source: `import { a } from '@telltale/store/read';\nexport const b = a;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'the collector uses the ingest door only',
    file: 'services/collector/src/c.ts',
    source: `import { a } from '@telltale/store/read';\nexport const b = a;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'the aggregator uses the rollup door only',
    file: 'services/aggregator/src/c.ts',
    source: `import { a } from '@telltale/store/ingest';\nexport const b = a;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'the gateway does not ingest',
    file: 'services/gateway/src/b.ts',
    source: `import { a } from '@telltale/store/ingest';\nexport const b = a;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'a runner reaches no database',
    file: 'services/agent-runner/src/a.ts',
    source: `import { a } from '@telltale/store/read';\nexport const b = a;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'libraries never import services',
    file: 'libs/stream/src/a.ts',
    source: `import { a } from '@telltale/collector/service';\nexport const b = a;`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'the environment is read in the runtime',
    file: 'services/gateway/src/c.ts',
    source: `export const a = process.env['HOME'];`,
    rule: 'no-process-env',
  },
  {
    fence: 'named exports',
    file: 'libs/sdk/src/b.ts',
    source: `const a = 1;\nexport default a;`,
    rule: 'no-default-export',
  },
  {
    fence: 'no any',
    file: 'libs/sdk/src/c.ts',
    source: `export const a = (b: any): unknown => b;`,
    rule: 'no-explicit-any',
  },
  {
    fence: 'no non-null assertion',
    file: 'libs/sdk/src/d.ts',
    source: `export const a = (b: string | null): string => b!;`,
    rule: 'no-non-null-assertion',
  },
  {
    fence: 'no floating promise',
    file: 'libs/sdk/src/e.ts',
    source: `export function a(): void {\n  Promise.resolve(1);\n}`,
    rule: 'no-floating-promises',
  },
  {
    fence: 'no cycle',
    file: 'libs/sdk/src/f.ts',
    source: `import { g } from './g.ts';\nexport const f = (): unknown => g;`,
    rule: 'no-cycle',
  },
  {
    fence: 'no cycle, the other half',
    file: 'libs/sdk/src/g.ts',
    source: `import { f } from './f.ts';\nexport const g = (): unknown => f;`,
    rule: 'no-cycle',
  },
  {
    fence: 'at most 300 lines',
    file: 'libs/sdk/src/h.ts',
    source: `${'// line\n'.repeat(301)}export const a = 1;`,
    rule: 'max-lines',
  },
  { fence: 'kebab-case files', file: 'libs/sdk/src/BadName.ts', source: `export const a = 1;`, rule: 'filename-case' },
  {
    fence: 'no process.exit',
    file: 'libs/sdk/src/i.ts',
    source: `export const a = (): never => process.exit(1);`,
    rule: 'no-process-exit',
  },
  {
    fence: 'no console',
    file: 'services/gateway/src/d.ts',
    source: `export const a = (): void => console.log(1);`,
    rule: 'no-console',
  },
  {
    fence: 'no empty catch',
    file: 'libs/sdk/src/j.ts',
    source: `export function a(): void {\n  try {\n    JSON.parse('');\n  } catch {}\n}`,
    rule: 'no-empty',
  },
];

const root = resolve(import.meta.dirname, '../..');
let folder = '';
let findings: { file: string; rule: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-fences-'));
  for (const file of ['.oxlintrc.json', 'tsconfig.base.json']) await cp(join(root, file), join(folder, file));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, source } of planted) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${source}\n`);
    const workspace = file.split('/').slice(0, 2).join('/');
    await writeFile(
      join(folder, workspace, 'tsconfig.json'),
      '{ "extends": "../../tsconfig.base.json", "include": ["src"] }',
    );
  }
  const output = await new Promise<string>((done) => {
    const argv = [join(root, 'node_modules/oxlint/bin/oxlint'), '--type-aware', '--format', 'json'];
    execFile(process.execPath, argv, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) => done(stdout));
  });
  const report = JSON.parse(output) as { diagnostics: { filename: string; code: string }[] };
  findings = report.diagnostics.map(({ filename, code }) => ({ file: filename, rule: code }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(planted)('$fence: the planted violation in $file is found', ({ file, rule }) => {
  expect(
    findings
      .filter((finding) => finding.file === file)
      .map((finding) => finding.rule)
      .join(' '),
  ).toContain(rule);
});
