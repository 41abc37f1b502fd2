import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';
import { unpackLines, type ChunkLine } from '../log-chunks/body.ts';
import { sharedFields } from '../log-chunks/group-lines.ts';
import { firstIdBytes, unpackIds } from '../log-chunks/packed-ids.ts';

const sharedColumns = ['team_id', ...sharedFields] as const;
type Shared = Record<(typeof sharedColumns)[number], unknown>;

export type ChunkRow = Shared & { at: Date; max_at: Date; ids: Buffer; body: Buffer };
/** A line with what it shares with its chunk. `at` is epoch ms. */
export type FoundLine = ChunkLine & { id: string; shared: Shared };

/** Columns of a chunk that reading its lines takes. */
export const chunkColumns = sql.join(
  [...sharedColumns, 'at', 'max_at', 'ids', 'body'].map((column) => sql.ref(`chunk.${column}`)),
);

/** Tells chunks of one time apart: their ids up to the first one's end. */
export const firstId = sql`substr(chunk.ids, 1, ${sql.lit(firstIdBytes)})`;

export type ChunkQuestion = {
  /** Over the alias `chunk`. */
  conditions: readonly RawBuilder<unknown>[];
  order: 'asc' | 'desc';
  /** How many lines at most. */
  wanted: number;
  keep?: (line: FoundLine) => boolean;
  /** After so long the answer is what was found until then; without it a long search fails. */
  patienceMs?: number | undefined;
};

const firstPage = 4;
const largestPage = 128;
const quarterMs = 15 * 60_000;
/** A search for words that are nowhere ends like a statement that took too long. */
const patienceMs = 15_000;

function linesOf(chunk: ChunkRow): FoundLine[] {
  const ids = unpackIds(chunk.ids);
  return unpackLines(chunk.body, chunk.at.getTime()).map((line, index) => ({
    ...line,
    id: ids[index] ?? '',
    shared: chunk,
  }));
}

/** By time and id, as lists are ordered; two lines are never equal. */
const before = (a: { at: number; id: string }, b: { at: number; id: string }): boolean =>
  a.at === b.at ? a.id < b.id : a.at < b.at;

/** Up to where (exclusive) everything was seen once chunks were read in order of their ends until this one. */
function isSeen(line: FoundLine, last: ChunkRow, order: 'asc' | 'desc'): boolean {
  if (order === 'desc') return line.at > last.max_at.getTime();
  // A later chunk may begin earlier, but not in an earlier quarter hour.
  return line.at < Math.floor(last.max_at.getTime() / quarterMs) * quarterMs;
}

/** One page of chunks by their ends. */
export async function fetchChunks(
  db: Db,
  { conditions, order }: ChunkQuestion,
  { after, limit }: { after: ChunkRow | undefined; limit: number },
): Promise<ChunkRow[]> {
  const direction = sql.raw(order);
  const beyond = order === 'desc' ? sql`<` : sql`>`;
  const all = [
    ...conditions,
    ...(after === undefined
      ? []
      : [
          sql`(chunk.max_at, ${firstId}) ${beyond} (${after.max_at}::timestamptz, ${after.ids.subarray(0, firstIdBytes)})`,
        ]),
  ];
  const { rows } = await sql<ChunkRow>`select ${chunkColumns} from log_chunk chunk where ${sql.join(all, sql` and `)}
    order by chunk.max_at ${direction}, ${firstId} ${direction} limit ${limit}`.execute(db);
  return rows;
}

/**
 * The first lines of an order among the chunks of a question: chunks are unpacked in the order of their ends until no
 * further one can hold an earlier line. `page`: the first chunks, when they are known already.
 */
export async function readChunkLines(
  db: Db,
  question: ChunkQuestion,
  known?: { rows: ChunkRow[]; limit: number },
): Promise<FoundLine[]> {
  const { order, wanted, keep = () => true } = question;
  const byOrder = (a: FoundLine, b: FoundLine): number => (before(a, b) === (order === 'asc') ? -1 : 1);
  const started = performance.now();
  let found: FoundLine[] = [];
  let limit = known?.limit ?? firstPage;
  let page = known?.rows ?? (await fetchChunks(db, question, { after: undefined, limit }));
  for (;;) {
    found = [...found, ...page.flatMap(linesOf).filter(keep)].sort(byOrder).slice(0, wanted);
    const last = page.at(-1);
    const furthest = found[wanted - 1];
    if (last === undefined || page.length < limit) return found;
    if (furthest !== undefined && isSeen(furthest, last, order)) return found;
    const elapsedMs = performance.now() - started;
    if (elapsedMs > (question.patienceMs ?? patienceMs)) {
      if (question.patienceMs !== undefined) return found;
      throw tooLong();
    }
    limit = Math.min(largestPage, limit * 2);
    page = await fetchChunks(db, question, { after: last, limit });
  }
}

const tooLong = (): Error => Object.assign(new Error('the search took too long'), { code: '57014' });
