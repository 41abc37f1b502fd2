import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const mostFiles = 500;
const longestFile = 16 * 1024;
const mostBytes = 128 * 1024;

/** What a model is shown of a repository: the names of its files, and the small ones among them that are text. */
export function repositoryContext(workspace: string): string {
  const listed = execFileSync('git', ['ls-files', '-z'], {
    cwd: workspace,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const names = listed.split('\0').filter((name) => name !== '');
  const parts = [`The repository has ${names.length} files:`, ...names.slice(0, mostFiles)];
  let bytes = 0;
  for (const name of names.slice(0, mostFiles)) {
    const path = join(workspace, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined || !stat.isFile() || stat.size > longestFile || bytes + stat.size > mostBytes) continue;
    const content = readFileSync(path);
    if (content.includes(0)) continue;
    bytes += stat.size;
    parts.push(`\n--- ${name}\n${content.toString('utf8')}`);
  }
  return parts.join('\n');
}
