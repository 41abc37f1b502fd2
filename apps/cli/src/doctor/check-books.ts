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

/** Only a producer that has closed owes an answer: what an open one issued may be on its way. */
function producerFinding({ producer_id, closed, open }: ProducerBooks): Finding[] {
  if (!closed || open === null || open === 0) return [];
  const remedy = 'its spool has them: any `telltale run` on that machine sends them (see spools)';
  return [warning(`books of ${producer_id}`, `it has closed, and ${formatCount(open)} records are open`, remedy)];
}

function totalFinding({ total, producers }: DeliveryAnswer): Finding {
  const { open } = total;
  if (open === null) return skipped('books', 'no producer keeps an account of what it issues');
  const stored = `${formatCount(total.issued ?? 0)} issued, ${formatCount(total.stored)} stored`;
  const bad = open < 0;
  if (bad)
    return problem(
      'books',
      `${stored}: ${formatCount(-open)} more than were issued`,
      'report this: it must not happen',
    );
  if (open === 0) return ok('books', `balanced: ${stored}`);
  const openProducers = producers.filter(({ closed }) => !closed).length;
  return ok('books', `${stored}, ${formatCount(open)} on their way (producers still open: ${openProducers})`);
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
