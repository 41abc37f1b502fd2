import { openTelltale, type OpenTelltale } from '@telltale/sdk/wrap/open-telltale';

/** The SDK as a program within a run opens it: the run's variables say where to and whose. */
export function instrument(): Promise<OpenTelltale> {
  const {
    TELLTALE_URL: url = '',
    TELLTALE_API_KEY: apiKey = '',
    TELLTALE_RUN_ID: runId,
    HOME: home = '/tmp',
  } = process.env;
  return openTelltale({
    url,
    apiKey,
    identity: {
      agent_id: process.env['TELLTALE_AGENT'] ?? 'program',
      ...(runId === undefined ? {} : { run_id: runId }),
    },
    spoolRoot: `${home}/spool`,
  });
}

export const prompt = process.argv[2] ?? 'say hello';
export const add = ({ a, b }: { a: number; b: number }): string => String(a + b);
export const addSchema = {
  type: 'object' as const,
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
};
