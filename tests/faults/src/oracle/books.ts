import type { DeliveryAnswer, ProducerBooks } from '@telltale/contracts/http/delivery';
import type { Api } from '../stage/api.ts';

const sum = (parts: Readonly<Record<string, number>> | null): number =>
  Object.values(parts ?? {}).reduce((total, n) => total + n, 0);

type Line = Omit<ProducerBooks, 'producer_id' | 'stored_seq'>;

/** What the books say became of records. */
const accounted = ({ stored, dead_lettered, rejected, dropped, lost }: Line): number =>
  stored + dead_lettered + rejected + sum(dropped) + sum(lost);

/** All producers of the key's team, page by page, and the total. */
export async function readBooks(api: Api): Promise<DeliveryAnswer> {
  const first = await api.get<DeliveryAnswer>('/monitoring/delivery?limit=100');
  const producers = [...first.producers];
  for (let offset = 100; producers.length === offset; offset += 100) {
    producers.push(...(await api.get<DeliveryAnswer>(`/monitoring/delivery?limit=100&offset=${offset}`)).producers);
  }
  return { ...first, producers };
}

/**
 * I8: issued = stored + dead-lettered + rejected + dropped + lost, line by line. A producer that was killed may have
 * issued records that nobody was told of, never the other way round. Returns what does not balance.
 */
export function imbalances(books: DeliveryAnswer, options: { rows: number; killed: ReadonlySet<string> }): string[] {
  const problems: string[] = [];
  for (const line of books.producers) {
    if (line.issued === null) continue;
    const difference = line.issued - accounted(line);
    if (difference === 0 || (difference > 0 && options.killed.has(line.producer_id))) continue;
    problems.push(`the books of ${line.producer_id} are off by ${difference}: ${JSON.stringify(line)}`);
  }
  if (books.total.stored !== options.rows) {
    problems.push(`the books say ${books.total.stored} records are stored, the tables hold ${options.rows}`);
  }
  return problems;
}
