import { hostname } from 'node:os';
import { z } from 'zod';
import { readConfig } from '@telltale/runtime/config';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { type BeatingService, listHeartbeats } from '@telltale/stream/heartbeat';
import { CliError } from '../failure.ts';

const shape = { TELLTALE_REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'is not a redis:// URL' }) };

/** The health check of a container whose service listens nowhere: its heart was heard lately, from this very host. */
export async function checkHeartbeat(
  service: BeatingService,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { TELLTALE_REDIS_URL: url } = readConfig(shape, env);
  const redis = await connectWriter({ url, name: 'telltale-health' });
  try {
    const beats = await listHeartbeats(redis, service);
    if (!beats.some(({ host }) => host === hostname())) {
      throw new CliError(`No heartbeat of the ${service} on ${hostname()} within 15 s; look at its log.`);
    }
  } finally {
    disconnect(redis);
  }
}
