import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Raised once with every problem of the configuration; each line names the variable and the remedy. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`the configuration is not valid:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;
type Shape = Record<string, z.ZodType>;

/** The value of a variable, or of the file that `<NAME>_FILE` names (its last newline removed); empty counts as unset. */
function readVariable(env: Environment, name: string, problems: string[]): string | undefined {
  const direct = env[name];
  if (direct !== undefined && direct !== '') return direct;
  const file = env[`${name}_FILE`];
  if (file === undefined || file === '') return undefined;
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    problems.push(`${name}_FILE: cannot read ${file} (${error instanceof Error ? error.message : String(error)})`);
    return undefined;
  }
}

/**
 * Parses `TELLTALE_*` variables once. `shape` maps the variable's name to its schema (strings in); `flags` are values
 * from the command line and win. All problems are reported together as one ConfigError.
 */
export function readConfig<S extends Shape>(
  shape: S,
  env: Environment,
  flags: { [K in keyof S]?: string | undefined } = {},
): { [K in keyof S]: z.output<S[K]> } {
  const problems: string[] = [];
  const values: Record<string, string | undefined> = {};
  for (const name of Object.keys(shape)) values[name] = flags[name] ?? readVariable(env, name, problems);
  const result = z.object(shape).safeParse(values);
  if (!result.success) {
    for (const issue of result.error.issues) {
      const name = String(issue.path[0] ?? '');
      problems.push(values[name] === undefined ? `${name}: is needed` : `${name}: ${issue.message}`);
    }
  }
  if (problems.length > 0 || !result.success) throw new ConfigError(problems);
  return result.data as { [K in keyof S]: z.output<S[K]> };
}

/** The environment of this process; the one place of the product that reads it. */
export function processEnvironment(): Environment {
  return process.env;
}

/** Sets a variable that a library reads when it is loaded, unless the person has set it. */
export function presetVariable(name: string, value: string): void {
  process.env[name] ??= value;
}
