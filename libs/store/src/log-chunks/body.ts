import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { logLevel, logSource } from '@telltale/contracts/records/log-entry';
import type { RecordOf } from '@telltale/contracts/records/record';

type LogEntry = RecordOf<'log_entry'>;

/** What a line may say for itself besides its text; few lines do. */
const ownFields = ['trace_id', 'span_id', 'parent_span_id', 'attributes'] as const;
type Own = Partial<Pick<LogEntry, (typeof ownFields)[number]>>;

/** Lines column by column: equal things lie together, which halves what zstd leaves. Levels and sources are digits. */
type Body = { at: number[]; level: string; source: string; line: (number | null)[]; message: string[]; own: Own[] };

/** One line of a chunk, without what all lines of the chunk have in common. */
export type ChunkLine = Own & Pick<LogEntry, 'level' | 'source' | 'message'> & { at: number; line: number | null };

/** The fastest level: the next ones take half as long again for 2 %. */
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** The compressed lines of a chunk that begins at `start` (epoch ms). */
export function packLines(lines: readonly LogEntry[], start: number): Buffer {
  const own = lines.map(ownOf);
  const body: Body = {
    at: lines.map(({ at }) => Date.parse(at) - start),
    level: lines.map(({ level }) => logLevel.options.indexOf(level)).join(''),
    source: lines.map(({ source }) => logSource.options.indexOf(source)).join(''),
    line: lines.map(({ line }, index) => differenceOf(line, lines[index - 1]?.line)),
    message: lines.map(({ message }) => message),
    own: own.some((fields) => Object.keys(fields).length > 0) ? own : [],
  };
  return zstdCompressSync(JSON.stringify(body), compression);
}

/** Line numbers follow each other, so each is written as its distance from the one before. */
const differenceOf = (line: number | undefined, before: number | undefined): number | null =>
  line === undefined ? null : line - (before ?? 0);

function ownOf(line: LogEntry): Own {
  const own: Own = {};
  if (line.trace_id !== undefined) own.trace_id = line.trace_id;
  if (line.span_id !== undefined) own.span_id = line.span_id;
  if (line.parent_span_id !== undefined) own.parent_span_id = line.parent_span_id;
  if (line.attributes !== undefined) own.attributes = line.attributes;
  return own;
}

/** The lines that `packLines` packed, in its order. */
export function unpackLines(packed: Buffer, start: number): ChunkLine[] {
  const body = JSON.parse(zstdDecompressSync(packed).toString()) as Body;
  let before = 0;
  return body.message.map((message, index) => {
    const difference = body.line[index] ?? null;
    const line = difference === null ? null : before + difference;
    before = line ?? 0;
    return {
      ...body.own[index],
      at: start + (body.at[index] ?? 0),
      level: logLevel.options[Number(body.level[index])] ?? 'info',
      source: logSource.options[Number(body.source[index])] ?? 'stdout',
      message,
      line,
    };
  });
}
