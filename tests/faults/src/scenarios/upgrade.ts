import { until } from '@telltale/testkit/until';
import type { Play } from '../frame/play.ts';
import type { Scenario } from '../frame/scenario.ts';

type Letters = { dead_letters: { id: string; reason: string }[]; total: number };

const pageLength = 100;
/** Replays on their way at a time. */
const width = 8;

async function allLetters(play: Play): Promise<Letters['dead_letters']> {
  const letters: Letters['dead_letters'] = [];
  for (let more = true; more;) {
    const page = await play.api.get<Letters>(`/dead-letters?limit=${pageLength}&offset=${letters.length}`);
    letters.push(...page.dead_letters);
    more = page.dead_letters.length === pageLength;
  }
  return letters;
}

/** Asks for each letter to be stored again, as `telltale dead-letters replay` does, and waits until none is left. */
async function replayAll(play: Play): Promise<void> {
  const letters = await allLetters(play);
  for (let from = 0; from < letters.length; from += width) {
    const some = letters.slice(from, from + width);
    const answers = await Promise.all(some.map(({ id }) => play.api.post(`/dead-letters/${id}/replay`, '{}')));
    for (const { status, text } of answers)
      if (status !== 202) play.problem(`a replay was answered with ${status}: ${text}`);
  }
  for (const { reason } of letters) play.hit(`waited as ${reason}`);
  await until(async () => (await play.api.get<Letters>('/dead-letters?limit=1')).total === 0, {
    timeoutMs: 60_000,
    everyMs: 200,
    what: 'every dead letter stored after the upgrade',
  });
}

const nothingWaits = async (play: Play): Promise<boolean> =>
  (await play.api.get<{ stream_lag_ms: number }>('/monitoring/delivery?limit=1')).stream_lag_ms === 0;

/** The upgrade comes to the collectors last: until then what they do not know yet waits, and after it nothing is missing. */
export const upgrade: Scenario = {
  name: 'upgrade',
  what: 'collectors of a version that knows fewer batches, record versions and kinds; what waits in dead letters is replayed after their upgrade',
  atLeast: 4,
  async play(play) {
    for (const older of ['batches', 'records']) {
      await play.processes.end('collector', 'SIGTERM');
      await play.processes.start('collector', { preload: 'older-collector', env: { TELLTALE_TEST_OLDER: older } });
      const load = await play.recorder({ via: 'stream', records: 3_000, rate: 1_500 });
      const client = play.client({ records: 1_500, rate: 750 });
      await Promise.all([load.done, client.done]);
      await until(() => nothingWaits(play), { timeoutMs: 30_000, what: 'the older collector through with its stream' });
      play.hit(`collector that knows fewer ${older}`);
    }
    await play.processes.end('collector', 'SIGTERM');
    await play.processes.start('collector');
    await play.recovered();
    await replayAll(play);
  },
};
