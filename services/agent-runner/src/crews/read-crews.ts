import { readFileSync } from 'node:fs';
import { ConfigError } from '@telltale/runtime/config';
import { parseDocument } from 'yaml';
import { templateProblems } from './command-template.ts';
import { crewsFile, type CrewProfile, type Crews } from './crew-profile.ts';

const longestFile = 1024 * 1024;

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong with the commands of crews that may be wrong in other ways too. */
function commandProblems(value: unknown): string[] {
  const crews = isObject(value) && isObject(value['crews']) ? value['crews'] : {};
  return Object.entries(crews).flatMap(([crewId, crew]) => {
    const argv: unknown = isObject(crew) ? crew['argv'] : null;
    if (!isObject(crew) || !Array.isArray(argv) || !argv.every((argument) => typeof argument === 'string')) return [];
    const inputs = isObject(crew['inputs']) ? Object.keys(crew['inputs']) : null;
    return templateProblems(argv, inputs).map(({ index, message }) => `crews.${crewId}.argv[${index}]: ${message}`);
  });
}

/** The crews of a text of YAML. Throws a ConfigError with every problem there is, each with its place. */
export function parseCrews(text: string, file: string): Crews {
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true, maxAliasCount: 0 } as object);
  const faults = document.errors.map(({ message }) => `${file}: ${message.split('\n')[0] ?? message}`);
  if (faults.length > 0) throw new ConfigError(faults);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw new ConfigError([`${file}: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const parsed = crewsFile.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const said = parsed.error.issues.map(({ path, message }) => `${pathText(path) || 'the file'}: ${message}`);
  const problems = new Set([...said, ...commandProblems(value)]);
  throw new ConfigError([...problems].map((problem) => `${file}: ${problem}`));
}

/** The crews of a file, beside those that are built in; a crew of the file wins. No file: only those that are built in. */
export function readCrews(file: string | null, builtIn: Readonly<Record<string, CrewProfile>>): Crews {
  const own = file === null ? crewsFile.parse({}) : parseCrews(readText(file), file);
  return { ...own, crews: { ...builtIn, ...own.crews } };
}

function readText(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length <= longestFile) return text;
  } catch (error) {
    throw new ConfigError([
      `TELLTALE_CREWS: cannot read ${file} (${error instanceof Error ? error.message : String(error)})`,
    ]);
  }
  throw new ConfigError([`TELLTALE_CREWS: ${file} is longer than ${longestFile} characters`]);
}
