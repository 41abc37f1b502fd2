import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from '../../run/child-environment.ts';

const variable = 'GOOGLE_GEMINI_BASE_URL';

function parents(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...parents(above)];
}

function parsed(path: string): NodeJS.Dict<string> | null {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch {
    // Not there, or not ours to read.
    return null;
  }
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
