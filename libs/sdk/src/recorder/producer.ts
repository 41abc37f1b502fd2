import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { SpoolFullError, type DropVerdict, type Spool, type SpooledBatch } from '../spool/spool.ts';
import type { BatchTransport, OutgoingBatch, ProducerState, SendResult } from '../transport/transport.ts';
import { createBatchBook, type BatchEntry } from './batch-book.ts';
import { createHeldBatches } from './held-batches.ts';
import type { Lane } from './lane.ts';
import { nothingLeft, type LeftBehind } from './left-behind.ts';
import type { ProducerStats } from './producer-stats.ts';
import { sealBatch, unsealBatch, type SealedRecord } from './seal-batch.ts';
import { createSender } from './sender.ts';
import { createSeqNumbers } from './seq-numbers.ts';
import { startSettler } from './settler.ts';
import { createTotals } from './totals.ts';
import { within } from './within.ts';

/** How long the disk may take to end a spool. */
const closeMs = 3_000;
/** How long the last message may take. */
const tellClosedMs = 1_500;
/** A batch was valid when it was made, so that a refusal may mean damage on the way: it counts when it is repeated. */
const refusalsThatCount = 3;

type Answer = Exclude<SendResult, { outcome: 'retry' }>;

/** Numbers batches, spools them before they leave, and follows each until it is stored. */
export function createProducer({
  transport,
  spool,
  clock,
  log,
  random,
  resume = nothingLeft,
}: {
  transport: BatchTransport;
  spool: Spool;
  clock: Clock;
  log: Log;
  random: () => number;
  resume?: LeftBehind;
}) {
  const totals = createTotals(resume);
  const book = createBatchBook(resume);
  const appending = new Set<Promise<void>>();
  const held = createHeldBatches();
  const numbers = createSeqNumbers(resume.lastSeq);
  const stop = new AbortController();
  let isClosed = false;
  let lastFailure: ProducerStats['last_failure'] = null;

  const drop = (reason: string, records: number): void => {
    totals.drop(reason, records);
    spool.note(totals.read());
  };

  const outgoing = ({ seq, count, ids_hash, records_json }: SpooledBatch): OutgoingBatch => {
    const { issued, dropped } = totals.read();
    const batch = { seq, count, ids_hash, records_json };
    return {
      ...batch,
      producer_id: spool.producerId,
      floor: numbers.announce(book.floor(spool.lowestSeq())),
      issued,
      dropped,
    };
  };

  const load = async (entry: BatchEntry): Promise<OutgoingBatch | null> => {
    const batch = held.get(entry.seq) ?? (await spool.read(entry.seq));
    if (batch !== null) return outgoing(batch);
    // The word that it is stored came while the disk was asked, and the spool forgot it.
    if (book.get(entry.seq) !== entry) return null;
    book.remove(entry.seq);
    log.error({ seq: entry.seq, records: entry.count }, 'a batch cannot be read back from the spool');
    drop('spool_damaged', entry.count);
    return null;
  };

  const stored = (seq: number): void => {
    if (book.settle(Math.min(seq, numbers.last()))) spool.settle(book.settledSeq());
  };

  /** Takes the store's word. A restored store has lost what it had settled: what the spool still has goes out again. */
  const hear = async ({ stored_seq: seq, store_epoch: epoch, closed }: ProducerState): Promise<void> => {
    const known = spool.storeEpoch();
    // A process before this one may have settled without ever hearing which store it was.
    const isOther = known === null ? resume !== nothingLeft && seq < book.settledSeq() : epoch !== known;
    isClosed ||= closed;
    if (epoch !== null && isOther) {
      const left = await spool.reopen(Math.min(seq, book.settledSeq()), epoch);
      book.reopen(seq, left);
      log.warn({ stored_seq: seq, batches: left.length }, 'the store was restored: what it lacks is sent again');
      sender.pump();
    } else if (epoch !== null) spool.meet(epoch);
    stored(seq);
  };

  /** Drops a batch that never left this process. */
  const letGo = (seq: number, records: number): void => {
    book.remove(seq);
    numbers.free(seq);
    drop('spool_full', records);
  };

  const append = async (batch: SpooledBatch, entry: BatchEntry): Promise<void> => {
    held.append(batch);
    try {
      await spool.append(batch);
    } catch (error) {
      if (error instanceof SpoolFullError) return letGo(batch.seq, batch.count);
      // Fails open: a full or broken disk must not keep records from a door that answers.
      if (held.keep(batch)) log.warn({ err: error }, 'the spool takes no more; batches wait in memory');
    } finally {
      held.appended(batch);
    }
    sender.offer(entry, outgoing(batch));
  };

  const issueBatch = (lane: Lane, records: readonly SealedRecord[]): void => {
    const bytes = records.reduce((sum, record) => sum + record.json.length, 0);
    if (!held.fits(lane, bytes)) {
      drop('memory_full', records.length);
      return;
    }
    const batch = sealBatch(numbers.next(), lane, records, totals.read());
    const work = append(batch, book.add(batch.seq, batch.count, 'sending')).finally(() => appending.delete(work));
    appending.add(work);
  };

  /** The records of a batch that its seq cannot carry travel again under new ones. */
  const reissue = async (entry: BatchEntry, parts: number): Promise<void> => {
    const batch = held.get(entry.seq) ?? (await spool.read(entry.seq));
    if (book.get(entry.seq) !== entry) return;
    book.remove(entry.seq);
    if (batch === null) return drop('spool_damaged', entry.count);
    const records = unsealBatch(batch);
    const size = Math.ceil(records.length / parts);
    for (let start = 0; start < records.length; start += size)
      issueBatch(batch.lane, records.slice(start, start + size));
    held.forget(entry.seq);
  };

  const answered = (entry: BatchEntry, answer: Answer): void => {
    if (answer.outcome === 'taken') {
      entry.state = 'taken';
      entry.receipt = answer.receipt;
      entry.takenAt = clock.monotonic();
      held.forget(entry.seq);
      totals.reject(answer.rejected.length);
      const [first] = answer.rejected;
      if (first) log.warn({ seq: entry.seq, records: answer.rejected.length, first }, 'the door refused records');
      if (answer.stored_seq !== null) stored(answer.stored_seq);
    } else if (answer.outcome === 'settled') {
      held.forget(entry.seq);
      stored(entry.seq);
    } else if (answer.outcome === 'reused') {
      log.error({ seq: entry.seq, detail: answer.detail }, 'another process uses this producer id');
      track(reissue(entry, 1));
    } else if (answer.code === 'payload_too_large' && entry.count > 1) {
      track(reissue(entry, 2));
    } else if (++entry.refusals < refusalsThatCount) {
      book.wait(entry);
    } else {
      log.error({ seq: entry.seq, code: answer.code, detail: answer.detail }, 'the door refused a batch');
      held.forget(entry.seq);
      book.remove(entry.seq);
      drop('refused', entry.count);
    }
  };

  const track = (work: Promise<void>): void => {
    const tracked = work.finally(() => appending.delete(tracked));
    appending.add(tracked);
  };

  const sender = createSender({
    transport,
    book,
    clock,
    random,
    recovering: resume !== nothingLeft,
    hooks: {
      load,
      answered,
      failed({ code, detail }, failures) {
        lastFailure = { code, detail };
        if (failures === 1) log.warn({ code, detail }, 'the door does not take telemetry; it waits in the spool');
      },
    },
  });
  const settler = startSettler({
    transport,
    producerId: spool.producerId,
    book,
    clock,
    log,
    onState: hear,
    sendAgain(entries) {
      for (const entry of entries) book.wait(entry);
      sender.pump();
    },
  });

  spool.attach({
    verdict(seq): DropVerdict {
      const entry = book.get(seq);
      if (entry === undefined || entry.state === 'taken') return 'release';
      return entry.state === 'waiting' && !entry.maybeTaken ? 'drop' : 'keep';
    },
    dropped(seq) {
      const entry = book.get(seq);
      if (entry) letGo(seq, entry.count);
    },
  });

  const quiet = async (): Promise<boolean> => {
    // An answer may make new batches (halves, another number), so that quiet is only known after a second look.
    do {
      await Promise.all(appending);
      await sender.idle();
    } while (appending.size > 0);
    return unsent() === 0;
  };

  const drained = async (timeoutMs: number): Promise<boolean> =>
    timeoutMs <= 0 ? unsent() === 0 : within(clock, timeoutMs, quiet(), false);

  const unsent = (): number => {
    let records = 0;
    for (const entry of book.entries()) if (entry.state !== 'taken') records += entry.count;
    return records;
  };

  const stats = (): ProducerStats => ({
    ...totals.read(),
    unsent: unsent(),
    settled_seq: book.settledSeq(),
    failures: sender.failures(),
    last_failure: lastFailure,
    spool_bytes: spool.bytes(),
  });

  /**
   * Says that nothing more will come. Only when all of it is behind the door: else a later process sends the rest and says
   * so. A door that does not know the message refuses it, which costs nothing.
   */
  const tellClosed = async (): Promise<void> => {
    const last_seq = numbers.last();
    if (isClosed || last_seq === 0 || unsent() > 0 || sender.failures() > 0) return;
    const closing = outgoing(sealBatch(last_seq + 1, 'kept', [], totals.read()));
    await within(clock, tellClosedMs, transport.send({ ...closing, last_seq }, stop.signal), null);
    stop.abort();
  };

  const finish = async (): Promise<void> => {
    await settler[Symbol.asyncDispose]();
    await Promise.all(appending);
    spool.note(totals.read());
    await spool.close(numbers.last()).catch((error: unknown) => log.warn({ err: error }, 'the spool did not close'));
  };

  return {
    count: totals.issue,
    drop,
    issueBatch,
    isBlocked: sender.isBlocked,
    drained,
    /** For a process that ends this very moment: what is not known to be on the disk, with `rest` as the last batches. */
    leave: (rest: readonly { lane: Lane; records: readonly SealedRecord[] }[]): SpooledBatch[] => [
      // One that is on its way into a spool in memory is there already.
      ...new Map([...(spool.inMemory?.() ?? []), ...held.all()].map((batch) => [batch.seq, batch])).values(),
      ...rest.map(({ lane, records }) => sealBatch(numbers.next(), lane, records, totals.read())),
    ],
    room: held.room,
    lastSeq: numbers.last,
    /** Takes the store's word, and sends what waits. */
    async resumeAfter(state: ProducerState): Promise<void> {
      await hear(state);
      sender.pump();
    },
    stats,
    async close(timeoutMs: number): Promise<ProducerStats & { last_seq: number }> {
      sender.lastAttempts();
      await drained(timeoutMs);
      await tellClosed();
      sender.abort();
      // A disk that hangs must not keep a process from ending.
      await within(clock, closeMs, finish(), undefined);
      return { ...stats(), last_seq: numbers.last() };
    },
  };
}
