import { TelltaleError } from '@telltale/contracts/errors';
import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import type { DeliveryAnswer, ProducerBooks, TotalBooks } from '@telltale/contracts/http/delivery';
import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { ok, problem, skipped, warning, type Finding } from './finding.ts';

const sum = (byReason: Record<string, number> | null): number =>
  Object.values(byReason ?? {}).reduce((all, n) => all + n, 0);
const reasons = (byReason: Record<string, number>): string =>
  Object.entries(byReason)
    .map(([reason, n]) => `${reason} ${formatCount(n)}`)
    .join(', ');

/** The books of a team's producers, what was dropped or lost, dead letters, and how long the whole path takes. */
export async function checkBooks(api: TelltaleApi): Promise<Finding[]> {
  const delivery = await api.delivery({ limit: 100 });
  return [
    ...delivery.producers.flatMap(producerFinding),
    totalFinding(delivery),
    droppedFinding(delivery.total),
    lostFinding(delivery),
    intakeFinding(delivery),
    canaryFinding(delivery),
    await deadLettersFinding(api),
  ];
}

/** Producers whose books are told although nothing is wrong with them: those heard of last. */
const toldProducers = 10;

type Books = Pick<TotalBooks, 'issued' | 'stored' | 'dead_lettered' | 'rejected' | 'dropped' | 'lost' | 'open'>;

/** `9 issued: 6 stored, 1 dead-lettered, 0 rejected, 2 dropped (spool_full 2), 0 lost, 0 open`; unknown is no 0. */
function entriesOf({ issued, stored, dead_lettered, rejected, dropped, lost, open }: Books): string {
  const entries = [
    `${formatCount(stored)} stored`,
    `${formatCount(dead_lettered)} dead-lettered`,
    `${formatCount(rejected)} rejected`,
    withReasons('dropped', dropped),
    lost === null ? 'lost unknown' : withReasons('lost', lost),
    ...(open === null ? [] : [`${formatCount(open)} open`]),
  ];
  return `${issued === null ? 'not known how many' : formatCount(issued)} issued: ${entries.join(', ')}`;
}

const withReasons = (entry: string, byReason: Record<string, number>): string =>
  sum(byReason) === 0 ? `0 ${entry}` : `${formatCount(sum(byReason))} ${entry} (${reasons(byReason)})`;

/** Only a producer that has closed owes an answer: what an open one issued may be on its way. */
function producerFinding(producer: ProducerBooks, index: number): Finding[] {
  const { producer_id, closed, open } = producer;
  const name = `books of ${producer_id}`;
  const details = entriesOf(producer);
  if (open !== null && open < 0) return [problem(name, `${details}: more than were issued`, tooMany)];
  if (closed && open !== null && open > 0) {
    const remedy = 'its spool has them: any `telltale run` on that machine sends them (see spools)';
    return [warning(name, `${details}, though it has closed`, remedy)];
  }
  return index < toldProducers ? [ok(name, details)] : [];
}

/** Each client of one id says how much it issued itself; nobody can add that up. */
const tooMany = 'see whether two clients use one producer id (dead letters `seq_reused`), and give each its own';

function totalFinding({ total, producers }: DeliveryAnswer): Finding {
  const { open } = total;
  const details = entriesOf(total);
  if (open === null) return skipped('books', `${details}; no producer keeps an account of what it issues`);
  if (open < 0) return problem('books', `${details}: more than were issued`, tooMany);
  if (open === 0) return ok('books', `balanced: ${details}`);
  const openProducers = producers.filter(({ closed }) => !closed).length;
  return ok('books', `${details} (on their way; producers still open: ${openProducers})`);
}

function droppedFinding({ dropped }: TotalBooks): Finding {
  if (sum(dropped) === 0) return ok('dropped', 'nothing');
  return warning('dropped', reasons(dropped), 'give spools more room, or see why the gateway did not take records');
}

function lostFinding({ total, producers }: DeliveryAnswer): Finding {
  const { lost } = total;
  // Of what a producer without an account gave up, nobody knows how many records it held.
  const unknown = producers.filter((producer) => producer.lost === null);
  const listed = unknown.reduce((all, { lost_batches }) => all + lost_batches, 0);
  const others = producers.reduce((all, { lost_batches }) => all + lost_batches, 0) - listed;
  // The total knows also of producers that are not on this page.
  const batches = Math.max(listed, (total.lost_batches ?? 0) - others);
  const known = sum(lost) === 0 ? [] : [reasons(lost ?? {})];
  if (batches > 0) {
    const names = unknown.map(({ producer_id }) => producer_id).join(', ');
    const whose = names === '' ? '' : ` of ${names}${batches > listed ? ' and others' : ''}`;
    known.push(`${formatCount(batches)} batches${whose}, not known how many records`);
  } else if (lost === null) known.push('something, not known how much');
  if (known.length === 0) return ok('lost', 'nothing');
  const remedy = 'these are gone unless their producers still send them; spools that live longer prevent it';
  return warning('lost', known.join('; '), remedy);
}

function intakeFinding({ intake, stream_lag_ms: lag }: DeliveryAnswer): Finding {
  const refused = reasons(Object.fromEntries(Object.entries(intake.refused).filter(([, n]) => n > 0)));
  const sent = refused === '' ? '' : `; sent back to come again: ${refused}`;
  if (intake.open) return ok('intake', `open${sent}`);
  const why =
    intake.reason === 'memory'
      ? 'the memory of Redis is used to 80 %'
      : `the oldest batch waits for ${formatDuration(lag)} to be stored`;
  return problem(
    'intake',
    `closed: ${why}${sent}`,
    'see collectors and PostgreSQL; senders spool and come back by themselves',
  );
}

function canaryFinding({ canary }: DeliveryAnswer): Finding {
  if (canary === null) return skipped('canary', 'not measured (TELLTALE_CANARY=off, or just started)');
  const details = `published to visible: p50 ${canary.p50_ms} ms, p95 ${canary.p95_ms} ms, p99 ${canary.p99_ms} ms`;
  return canary.p50_ms > 5_000
    ? problem('canary', details, 'see collectors and PostgreSQL: records take long to be stored')
    : ok('canary', details);
}

async function deadLettersFinding(api: TelltaleApi): Promise<Finding> {
  try {
    const { total = 0 } = await api.deadLetters({ limit: 1 });
    if (total === 0) return ok('dead letters', 'none');
    const remedy = 'see why with `telltale dead-letters list`, then `telltale dead-letters replay <id>`';
    return problem('dead letters', formatCount(total), remedy);
  } catch (error) {
    if (error instanceof TelltaleError && error.code === 'forbidden') {
      return skipped('dead letters', 'the key may not see them; it needs the scope admin');
    }
    throw error;
  }
}
