import { readConfig } from '@telltale/runtime/config';
import { createRestClient, type RestClientOptions } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi, type TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { z } from 'zod';
import type { ClientFlags } from './commands/client-flags.ts';
import type { Context } from './context.ts';
import { findTarget } from './instance/find-instance.ts';

/** The team that flags or variables name; undefined: that of the key, or the operator's default. */
export function teamNamed(flags: ClientFlags, context: Context): string | undefined {
  const { TELLTALE_TEAM: team } = readConfig({ TELLTALE_TEAM: z.string().optional() }, context.env, {
    TELLTALE_TEAM: flags.team,
  });
  return team === '' ? undefined : team;
}

/** The gateway that flags, variables or this machine name, with the key and the team to ask it with. */
export function openApi(
  flags: ClientFlags,
  context: Context,
  options: Pick<RestClientOptions, 'onAnswer'> = {},
): TelltaleApi {
  const { url, apiKey: key } = findTarget(flags, context.env);
  const team = teamNamed(flags, context);
  return createTelltaleApi(createRestClient({ url, key, ...(team && { team }), ...options }));
}
