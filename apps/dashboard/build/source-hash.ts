import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { repository } from './settings.ts';

/** Everything that decides what a build looks like. */
const sources = [
  'apps/dashboard/src',
  'apps/dashboard/build',
  'apps/dashboard/index.html',
  'apps/dashboard/package.json',
  'libs/contracts/src',
  'libs/sdk/src',
  'package-lock.json',
];

function* filesIn(path: string): Generator<string> {
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  for (const entry of entries) if (entry.isFile()) yield join(entry.parentPath, entry.name);
}

/** The same for the same sources, whatever their times; tests are no part of it. */
export function sourceHash(): string {
  const files = sources.flatMap((source) => {
    const path = join(repository, source);
    return /\.\w+$/.test(source) ? [path] : [...filesIn(path)];
  });
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    if (/\.test\.tsx?$/.test(file)) continue;
    hash
      .update(`${relative(repository, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}
