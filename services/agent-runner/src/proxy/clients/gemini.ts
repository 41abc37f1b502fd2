import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from '../../run/child-environment.ts';
import { readStart } from '../read-start.ts';

const variable = 'GOOGLE_GEMINI_BASE_URL';
const mostFileBytes = 64 * 1024;

function parents(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...parents(above)];
}

function parsed(path: string): NodeJS.Dict<string> | null {
  const text = readStart(path, mostFileBytes);
  return text === null ? null : parseEnv(text);
}

/**
 * The environment with the address that Gemini CLI would take from the first `.env` it finds, from its folder upwards and
 * then at home; what the environment itself says goes before.
 */
export function withGeminiFile(cwd: string, env: Environment): Environment {
  if ((env[variable] ?? '') !== '') return env;
  const folders = [...parents(cwd), ...(env['HOME'] === undefined ? [] : [env['HOME']])];
  for (const path of folders.flatMap((folder) => [join(folder, '.gemini/.env'), join(folder, '.env')])) {
    const found = parsed(path);
    if (found !== null) return found[variable] === undefined ? env : { ...env, [variable]: found[variable] };
  }
  return env;
}
