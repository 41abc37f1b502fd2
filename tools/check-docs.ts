import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCatalog } from '../libs/contracts/src/errors.ts';

/** Docs that lie are worse than none: paths that are gone, npm scripts that do not exist, error codes left out. */
const problems: string[] = [];
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
});
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

for (const file of tracked.split('\n').filter((line) => line !== '' && existsSync(line))) {
  const text = readFileSync(file, 'utf8');
  for (const [, target] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
    if (target !== undefined && !existsSync(join(dirname(file), target)))
      problems.push(`${file}: link to ${target}, which does not exist`);
  }
  for (const [, path] of text.matchAll(/`((?:libs|services|apps|tests|bench|docs|tools)\/[\w./-]*\w)`/g)) {
    if (path !== undefined && !existsSync(path)) problems.push(`${file}: names ${path}, which does not exist`);
  }
  for (const [, script] of text.matchAll(/npm run ([\w:-]+)/g)) {
    if (script !== undefined && !Object.hasOwn(manifest.scripts, script))
      problems.push(`${file}: names npm run ${script}, which does not exist`);
  }
}

const errorsPage = 'docs/errors.md';
const documented = existsSync(errorsPage)
  ? [...readFileSync(errorsPage, 'utf8').matchAll(/^### `([a-z_]+)`/gm)].map((match) => match[1] ?? '')
  : [];
for (const code of Object.keys(errorCatalog))
  if (!documented.includes(code)) problems.push(`${errorsPage}: ${code} is missing`);
for (const code of documented)
  if (!Object.hasOwn(errorCatalog, code)) problems.push(`${errorsPage}: ${code} is no error code`);

for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
