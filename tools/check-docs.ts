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
  ? [...readFileSync(errorsPage, 'utf8').matchAll(/^### `([A-Za-z_]+)`/gm)].map((match) => match[1] ?? '')
  : [];
for (const code of Object.keys(errorCatalog))
  if (!documented.includes(code)) problems.push(`${errorsPage}: ${code} is missing`);
for (const code of documented)
  if (!Object.hasOwn(errorCatalog, code)) problems.push(`${errorsPage}: ${code} is no error code`);

/** Every first group of a pattern in the sources, tests apart. */
const sources = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'libs', 'services', 'apps'],
  {
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => /\/src\/.*(?<!\.test|\.fixture)\.ts$/.test(file) && existsSync(file))
  .map((file) => readFileSync(file, 'utf8'));
const namesIn = (texts: readonly string[], pattern: RegExp): Set<string> =>
  new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? '')));

/** What a page's tables name in their first column is what the sources have. */
function compareTable(page: string, what: string, inSources: ReadonlySet<string>, row: RegExp): void {
  const inPage = namesIn([existsSync(page) ? readFileSync(page, 'utf8') : ''], row);
  for (const name of inSources) if (!inPage.has(name)) problems.push(`${page}: ${name} is missing`);
  for (const name of inPage) if (!inSources.has(name)) problems.push(`${page}: ${name} is no ${what}`);
}
const variables = namesIn(sources, /\b(TELLTALE_[A-Z_]+): (?:z\b|\w+Text\b)/g);
variables.delete('TELLTALE_FAILPOINTS');
compareTable('docs/settings.md', 'setting', variables, /^\| `(TELLTALE_[A-Z_]+)`/gm);
compareTable('docs/metrics.md', 'metric', namesIn(sources, /name: '(telltale_\w+)'/g), /^\| `(telltale_\w+)`/gm);

for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
