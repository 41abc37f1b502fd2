import { TelltaleError } from '@telltale/contracts/errors';
import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { systemClock, type Clock } from '@telltale/runtime/clock';

/** Grace, kill and the way of the last record. */
const longestMs = 30_000;
const everyMs = 250;

/** A run that was asked right after its start is not in the totals yet: it is not found, and has not ended. */
async function hasEnded(api: Pick<TelltaleApi, 'run'>, id: string): Promise<boolean> {
  try {
    return (await api.run(id)).status === 'ended';
  } catch (error) {
    if (error instanceof TelltaleError && error.code === 'not_found') return false;
    throw error;
  }
}

/** Waits until these runs have ended and resolves to those that have not; says each time fewer are left. */
export async function awaitEnds(
  api: Pick<TelltaleApi, 'run'>,
  runIds: readonly string[],
  say: (left: number) => void,
  clock: Clock = systemClock,
): Promise<string[]> {
  const deadline = clock.monotonic() + longestMs;
  let left = [...runIds];
  let said = left.length;
  while (left.length > 0) {
    const ended = await Promise.all(left.map((id) => hasEnded(api, id)));
    left = left.filter((_id, at) => ended[at] !== true);
    if (left.length > 0 && left.length < said) say(left.length);
    said = left.length;
    if (left.length === 0 || clock.monotonic() >= deadline) break;
    await clock.sleep(everyMs);
  }
  return left;
}
