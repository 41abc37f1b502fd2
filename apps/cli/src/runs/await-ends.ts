import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { systemClock, type Clock } from '@telltale/runtime/clock';

/** Grace, kill and the way of the last record. */
const longestMs = 30_000;
const everyMs = 250;

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
    const ended = await Promise.all(left.map(async (id) => (await api.run(id)).status === 'ended'));
    left = left.filter((_id, at) => ended[at] !== true);
    if (left.length > 0 && left.length < said) say(left.length);
    said = left.length;
    if (left.length === 0 || clock.monotonic() >= deadline) break;
    await clock.sleep(everyMs);
  }
  return left;
}
