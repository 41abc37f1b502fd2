import { connectWriter, disconnect, refuseEviction } from '@telltale/stream/connect';
import { CliError } from '../failure.ts';

/** Refuses a Redis that was named but does not answer, or that evicts, before a service trips over it. */
export async function checkRedis(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  let redis;
  try {
    redis = await connectWriter({ url, name: 'telltale-up' });
  } catch (cause) {
    const where = `${hostname}:${port || '6379'}`;
    throw new CliError(`Redis at ${where} does not answer or refuses the password; check TELLTALE_REDIS_URL.`, {
      cause,
    });
  }
  try {
    await refuseEviction(redis);
  } finally {
    disconnect(redis);
  }
}
