import type { Clock } from '@telltale/runtime/clock';
import type { Failpoint } from '@telltale/runtime/failpoints';
import type { Log } from '@telltale/runtime/log';
import type { LiveAppender } from '@telltale/stream/live-append';
import type { BatchOutcome } from '@telltale/store/ingest';
import type { ShardConsumer, StreamEntry } from '@telltale/stream/shard-consumer';
import type { Waker } from '@telltale/stream/wake';
import { toLiveBatch } from '../live/live-deltas.ts';
import type { CollectorMetrics } from '../collector-metrics.ts';
import type { CollectorStats } from '../stats.ts';
import { decodeEntry, unreadable, type DecodedEntry } from './decode-entry.ts';
import type { SettledTeller } from '../settled/tell-settled.ts';
import type { StoredGroup, StoreGroup } from './store-group.ts';
import { untilStored } from './until-stored.ts';

/** Crashes alone after which a batch is a dead letter: one may be an unlucky kill, two are the batch. */
const crashesAlone = 2;

export type Handling = {
  consumer: ShardConsumer;
  store: StoreGroup;
  live: LiveAppender;
  waker: Waker;
  settled: Pick<SettledTeller, 'touch'>;
  clock: Clock;
  log: Log;
  stats: CollectorStats;
  metrics: Pick<CollectorMetrics, 'countStored'>;
  failpoint: Failpoint;
};

/**
 * COMMIT, then the live delta, then XACK. Dying in between leaves the entries pending: they are read again, the ledger
 * knows them, and their delta goes out after all. Rejects when Redis fails (the entries stay pending) or at a stop.
 */
export async function handleGroup(handling: Handling, group: readonly DecodedEntry[], signal: AbortSignal) {
  const { store, failpoint } = handling;
  await failpoint('collector.after_read');
  const stored = await untilStored(() => store(group), { ...handling, signal });
  await finish(handling, group, stored);
}

/**
 * A batch that was in the hands of a collector when it died is handled by itself, and counted while it is: a second
 * death at the same batch makes it a dead letter. Only a death counts, so an attempt that fails is taken back.
 */
export async function handleAlone(handling: Handling, entry: StreamEntry, signal: AbortSignal): Promise<void> {
  const { consumer, store, stats, failpoint } = handling;
  const attempt = async (): Promise<{ decoded: DecodedEntry; stored: StoredGroup }> => {
    const times = await consumer.beginAlone(entry);
    try {
      await failpoint('collector.alone');
      const decoded =
        times > crashesAlone
          ? unreadable(entry, 'crashed_collector', `${times - 1} collectors died while they handled this batch alone`)
          : decodeEntry(entry);
      return { decoded, stored: await store([decoded]) };
    } catch (error) {
      await consumer.endAlone(entry);
      throw error;
    }
  };
  const { decoded, stored } = await untilStored(attempt, { ...handling, signal });
  stats.recovered += 1;
  try {
    await finish(handling, [decoded], stored);
  } finally {
    await consumer.endAlone(entry);
  }
}

async function finish(handling: Handling, group: readonly DecodedEntry[], stored: StoredGroup): Promise<void> {
  const { consumer, live, waker, failpoint } = handling;
  await failpoint('collector.after_commit');
  count(handling, stored);
  if (stored.outcomes.some(({ outcome }) => outcome === 'stored')) waker.wake();
  const shown = stored.priced.filter((_, index) => isShown(stored.outcomes[index]));
  if (shown.length > 0) await live.appendBatches(shown.map(toLiveBatch));
  handling.settled.touch(group.map(({ entry }) => entry));
  await failpoint('collector.after_live');
  await consumer.acknowledge(group.map(({ entry }) => entry));
  await failpoint('collector.after_ack');
}

/** What was stored, now or before. */
const isShown = (outcome: BatchOutcome | undefined): boolean =>
  outcome?.outcome === 'known' || (outcome?.outcome === 'stored' && outcome.records > 0);

function count({ stats, metrics }: Handling, { priced, outcomes, unreadable: letters }: StoredGroup): void {
  stats.dead_letters += letters;
  for (const [index, { outcome, records, deadLetters }] of outcomes.entries()) {
    const batch = priced[index]?.batch;
    if (outcome !== 'stored') stats[outcome] += 1;
    else {
      stats.batches += 1;
      if (batch !== undefined) metrics.countStored(batch);
    }
    stats.records += records;
    stats.dead_letters += deadLetters;
  }
}
