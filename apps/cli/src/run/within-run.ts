import { resolve } from 'node:path';
import type { TargetFlags } from '../instance/find-instance.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of the command: where flags named the Telltale of the run, words of Telltale that are said within it
 * (`telltale mcp`) are about the same one.
 */
export function withinRun({ url, dataDir, apiKeyFile }: TargetFlags, env: Environment): Environment {
  return {
    ...env,
    ...(url !== undefined && { TELLTALE_URL: url }),
    ...(dataDir !== undefined && { TELLTALE_DATA_DIR: resolve(dataDir) }),
    // Of a key and a file of one only one may be set.
    ...(apiKeyFile !== undefined && { TELLTALE_API_KEY_FILE: resolve(apiKeyFile), TELLTALE_API_KEY: undefined }),
  };
}
