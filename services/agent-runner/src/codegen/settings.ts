import { isAbsolute } from 'node:path';
import { readConfig } from '@telltale/runtime/config';
import { stateFolder } from '@telltale/runtime/state-folder';
import { z } from 'zod';
import { reportsFolder } from '../reports/reports-folder.ts';

const variables = {
  TELLTALE_URL: z.url(),
  TELLTALE_API_KEY: z.string().min(1),
  TELLTALE_TEAM: z.string().optional(),
  TELLTALE_DATA_DIR: z.string().optional(),
  OPENAI_API_KEY: z.string().min(1),
  OPENAI_BASE_URL: z.url().optional(),
  TELLTALE_CODEGEN_MODEL: z.string().min(1).default('gpt-5'),
};

/** What the crew's program goes by. Throws ConfigError that names what is missing. */
export function codegenSettings(env: Readonly<Record<string, string | undefined>>, model: string | undefined) {
  const values = readConfig(variables, env);
  const { TELLTALE_DATA_DIR: given = '' } = values;
  // A relative one was meant from where the runner stands; here it would lie in the repository.
  const dataDir = isAbsolute(given) ? given : stateFolder(env);
  const team = values.TELLTALE_TEAM === undefined ? {} : { team: values.TELLTALE_TEAM };
  return {
    spoolRoot: reportsFolder(dataDir),
    gateway: { url: values.TELLTALE_URL, key: values.TELLTALE_API_KEY, ...team },
    llm: {
      model: model ?? values.TELLTALE_CODEGEN_MODEL,
      apiKey: values.OPENAI_API_KEY,
      baseUrl: values.OPENAI_BASE_URL,
      timeoutSeconds: 300,
      maxTokens: 16_384,
    },
  };
}
