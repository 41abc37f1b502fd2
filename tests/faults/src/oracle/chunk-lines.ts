import { zstdDecompressSync } from 'node:zlib';
import { logLevel, logSource } from '@telltale/contracts/records/log-entry';

/** How lines of log lie in a chunk; written down a second time on purpose. */
type Body = {
  at: number[];
  level: string;
  source: string;
  line: (number | null)[];
  message: string[];
  own: Record<string, unknown>[];
};

/** What all lines of a chunk have in common, as its columns; `minutes`: four numbers for each minute with lines. */
export type Chunk = {
  shared: Record<string, unknown>;
  startMs: number;
  lines: number;
  warnings: number;
  errors: number;
  minutes: number[] | null;
  ids: string[];
  body: Buffer;
};

const minuteOf = (ms: number): number => Math.floor(ms / 60_000);

/** Rollups are made of a chunk's own numbers: whether they are those of its lines. */
export function numbersAgree(chunk: Chunk, records: readonly Record<string, unknown>[]): boolean {
  const minutes = new Map<number, [lines: number, warnings: number, errors: number]>();
  for (const { at, level } of records) {
    const minute = minuteOf(Date.parse(String(at))) - minuteOf(chunk.startMs);
    const counts = minutes.get(minute) ?? [0, 0, 0];
    minutes.set(minute, counts);
    counts[0] += 1;
    if (level === 'warning') counts[1] += 1;
    if (level === 'error') counts[2] += 1;
  }
  const { lines, warnings, errors } = chunk;
  const listed = chunk.minutes ?? [0, lines, warnings, errors];
  const counted = [...minutes].toSorted(([a], [b]) => a - b).flatMap(([minute, counts]) => [minute, ...counts]);
  const parts: number[][] = [];
  for (let at = 0; at < listed.length; at += 4) parts.push(listed.slice(at, at + 4));
  const sorted = parts.toSorted(([a = 0], [b = 0]) => a - b).flat();
  const sum = (index: number): number => parts.reduce((total, part) => total + (part[index] ?? 0), 0);
  return counted.join() === sorted.join() && sum(1) === lines && sum(2) === warnings && sum(3) === errors;
}

/** The records that became a chunk. */
export function linesOf({ shared, startMs, ids, body }: Chunk): Record<string, unknown>[] {
  const lines = JSON.parse(zstdDecompressSync(body).toString()) as Body;
  if (lines.message.length !== ids.length)
    throw new Error(`a chunk has ${ids.length} ids and ${lines.message.length} lines`);
  let number = 0;
  return ids.map((id, index) => {
    const step = lines.line[index] ?? null;
    number = step === null ? 0 : number + step;
    return {
      ...shared,
      ...lines.own[index],
      id,
      at: new Date(startMs + (lines.at[index] ?? Number.NaN)).toISOString(),
      level: logLevel.options[Number(lines.level[index])],
      source: logSource.options[Number(lines.source[index])],
      message: lines.message[index],
      line: step === null ? null : number,
    };
  });
}
