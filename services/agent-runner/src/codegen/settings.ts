import { readConfig } from '@telltale/runtime/config';
import { z } from 'zod';

const variables = {
  TELLTALE_URL: z.url(),
  TELLTALE_API_KEY: z.string().min(1),
  TELLTALE_TEAM: z.string().optional(),
  OPENAI_API_KEY: z.string().min(1),
  OPENAI_BASE_URL: z.url().optional(),
  TELLTALE_CODEGEN_MODEL: z.string().min(1).default('gpt-5'),
};

/** What the crew's program goes by. Throws ConfigError that names what is missing. */
export function codegenSettings(env: Readonly<Record<string, string | undefined>>, model: string | undefined) {
  const values = readConfig(variables, env);
  const team = values.TELLTALE_TEAM === undefined ? {} : { team: values.TELLTALE_TEAM };
  return {
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
