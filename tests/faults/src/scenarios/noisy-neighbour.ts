import { until } from '@telltale/testkit/until';
import type { Play } from '../frame/play.ts';
import type { Scenario } from '../frame/scenario.ts';
import { createRecordMaker } from '../load/make-records.ts';
import { openLedger } from '../oracle/ledger.ts';
import type { Api } from '../stage/api.ts';

const noisy = 'noisy';
/** Records a second that the noisy team may send, on a machine of two cores that also carries its flood. */
const allowed = 1_000;
const teamShare = 0.25;
/** A neighbour's record is stored within this time in 99 of 100 cases, whatever the others do. */
const withinMs = 1_000;
const everyMs = 100;

/** Sends one record of the neighbour after the other, on time whatever became of the one before. */
function startNeighbour(play: Play, name: string) {
  const ledger = openLedger(play.addLedger(name));
  const make = createRecordMaker({ seed: 99, name, now: Date.now });
  const lags: number[] = [];
  const refusals: string[] = [];
  const sent: Promise<void>[] = [];
  const send = async (path: string, awaited: number): Promise<void> => {
    const record = make();
    ledger.issue([record]);
    const start = performance.now();
    const { status, text } = await play.api.post(path, JSON.stringify({ records: [record] }));
    lags.push(performance.now() - start);
    if (status !== awaited) refusals.push(`${status} ${text.slice(0, 200)}`);
  };
  return {
    /** `stored`: waits for each commit; `taken`: only for the door. */
    async for(ms: number, what: 'stored' | 'taken'): Promise<void> {
      const path = what === 'stored' ? '/telemetry?wait=stored' : '/telemetry';
      const awaited = what === 'stored' ? 200 : 202;
      for (let round = 0; round < ms / everyMs; round += 1) {
        sent.push(send(path, awaited));
        await play.pause(everyMs);
      }
      await Promise.all(sent);
      if (refusals.length === 0) ledger.acknowledge(ledger.issued());
      else play.problem(`${refusals.length} records of the neighbour were not ${what}, such as ${refusals[0]}`);
    },
    p99: (): number => lags.toSorted((a, b) => a - b)[Math.ceil(0.99 * lags.length) - 1] ?? Number.POSITIVE_INFINITY,
  };
}

/** Its rate: what is beyond is sent away at the door, however rudely it comes back. */
async function flood(play: Play, noise: Api): Promise<void> {
  const loads = Array.from({ length: 8 }, () => play.client({ records: 10_000_000, key: noise.key, rude: true }));
  const neighbour = startNeighbour(play, 'neighbour-of-a-flood');
  await play.pause(1_000);
  await neighbour.for(10_000, 'stored');
  for (const load of loads) load.finish();
  await Promise.all(loads.map(({ done }) => done));
  const sentAway = loads.reduce((sum, { refusals }) => sum + (refusals().get('429') ?? 0), 0);
  play.hit('bodies of the noisy team sent away', sentAway);
  play.measured(`the neighbour's p99 until stored ${Math.round(neighbour.p99())} ms`);
  if (sentAway === 0) play.problem('the noisy team was never sent away');
  if (neighbour.p99() > withinMs * play.patience) {
    play.problem(`the neighbour waited ${Math.round(neighbour.p99())} ms at p99, at most ${withinMs} are allowed`);
  }
}

/** Its share of the stream: with nobody to store, it is held while its neighbour is still let in. */
async function fillShare(play: Play, noise: Api): Promise<void> {
  await play.processes.end('collector', 'SIGTERM');
  const load = await play.recorder({ via: 'stream', team: noisy, teamShare });
  const body = (n: number): string =>
    JSON.stringify({ records: [{ kind: 'metric', agent_id: 'noise', name: 'noise', value: n }] });
  let asked = 0;
  const held = async (): Promise<boolean> => {
    asked += 1;
    const { status, text } = await noise.post('/telemetry', body(asked));
    return status === 429 && text.includes('too much of this team');
  };
  await until(held, { timeoutMs: 60_000, everyMs: 100, what: 'the noisy team held at its share' });
  play.hit('held at its share of the stream');
  const neighbour = startNeighbour(play, 'neighbour-of-a-backlog');
  await neighbour.for(4_000, 'taken');
  load.finish();
  await play.processes.start('collector');
  await play.recovered();
  await load.done;
}

/** One team sends as much as it can; the others notice nothing of it. */
export const noisyNeighbour: Scenario = {
  name: 'noisy-neighbour',
  what: `one team floods HTTP beyond its rate, then fills its share of the stream; its neighbour's records are stored within ${withinMs} ms (p99) and always let in`,
  stage: {
    env: { TELLTALE_TEAM_RATES: `${noisy}=${allowed}`, TELLTALE_TEAM_SHARE: `${teamShare * 100}%` },
    redisSettings: { maxmemory: '24mb' },
  },
  atLeast: 20,
  // Bodies with which the scenario asks whether the noisy team is let in.
  tolerates: ['foreign'],
  async play(play) {
    const noise = await play.addTeam(noisy);
    await flood(play, noise);
    await fillShare(play, noise);
  },
};
