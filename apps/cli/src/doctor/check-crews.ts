import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { builtInCrews } from '@telltale/agent-runner/crews/built-in-crews';
import { readCrews } from '@telltale/agent-runner/crews/read-crews';
import { ConfigError } from '@telltale/runtime/config';
import { ok, problem, type Finding } from './finding.ts';

/**
 * The file of crews of this machine's runner: the one that is named, else that of the data folder; nothing where neither
 * is. A runner that runs goes on with the crews from before a change that is not right, so nobody else may tell.
 */
export function checkCrews(dataDir: string, named: string | undefined): Finding[] {
  const file = named === undefined ? join(dataDir, 'crews.yaml') : resolve(named);
  if (named === undefined && !existsSync(file)) return [];
  try {
    const names = Object.keys(readCrews(file, builtInCrews()).crews);
    return [ok('crews', `${file}: ${names.join(', ')}`)];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const remedy = 'a runner takes the file within seconds once it is right, and does not start while it is not';
    return [problem('crews', error.problems.join('; '), remedy)];
  }
}
