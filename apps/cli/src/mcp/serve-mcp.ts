import { readConfig } from '@telltale/runtime/config';
import { serveMetricsOnStdio } from '@telltale/sdk/mcp/serve-stdio';
import { z } from 'zod';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApi } from '../open-api.ts';
import { productVersion } from '../product.ts';

export type McpFlags = ClientFlags & { teamTools?: boolean };

/** Within a run the numbers are that run's; a person's client sees what the key sees. */
export async function serveMcp(flags: McpFlags, context: Context): Promise<void> {
  const { TELLTALE_RUN_ID: runId } = readConfig(
    { TELLTALE_RUN_ID: z.string().min(1).max(200).optional() },
    context.env,
  );
  await serveMetricsOnStdio({
    source: openApi(flags, context),
    scope: runId === undefined ? { team: true } : { runId },
    version: productVersion(),
    teamTools: flags.teamTools === true,
    onError: (error) => context.say(error.message),
  });
}
