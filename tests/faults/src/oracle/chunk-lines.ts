import { zstdDecompressSync } from 'node:zlib';
import { logLevel, logSource } from '@telltale/contracts/records/log-entry';

/** What all lines of a chunk have in common, as its columns; `minutes`: four numbers for each minute with lines. */
export type Chunk = {
  shared: Record<string, unknown>;
  startMs: number;
  lines: number;
  warnings: number;
  errors: number;
  minutes: number[] | null;
  ids: Buffer;
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

/** How lines of log lie in a chunk, written down a second time on purpose: numbers of seven bits a byte, the sign lowest. */
function numbersOf(bytes: Buffer): { next: () => number; rest: () => string } {
  let place = 1;
  const next = (): number => {
    let [whole, scale] = [0, 1];
    for (; (bytes[place] ?? 0) > 127; place += 1, scale *= 128) whole += ((bytes[place] ?? 0) - 128) * scale;
    whole += (bytes[place] ?? 0) * scale;
    place += 1;
    return whole % 2 === 0 ? whole / 2 : -(whole + 1) / 2;
  };
  return { next, rest: () => bytes.toString('utf8', place) };
}

/** Ids without what they share: its length, it, and the other bytes of each. */
function idsOf(packed: Buffer): string[] {
  const shared = packed.readUInt8(0);
  const count = (packed.length - 1 - shared) / (16 - shared);
  return Array.from({ length: count }, (_, index) => {
    const start = 1 + shared + index * (16 - shared);
    const hex = packed.toString('hex', 1, 1 + shared) + packed.toString('hex', start, start + 16 - shared);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  });
}

/** The records that became a chunk. */
export function linesOf({ shared, startMs, ids: packed, body }: Chunk): Record<string, unknown>[] {
  const ids = idsOf(packed);
  const { next, rest } = numbersOf(zstdDecompressSync(body));
  const count = next();
  if (count !== ids.length) throw new Error(`a chunk has ${ids.length} ids and ${count} lines`);
  const column = (): number[] => ids.map(next);
  const [passed, marks, steps] = [column(), column(), column()];
  const texts = rest().split('\u0000');
  const own = JSON.parse(texts[count] || '[]') as Record<string, unknown>[];
  let at = startMs;
  let number = 0;
  return ids.map((id, index) => {
    const [mark = Number.NaN, step = Number.NaN] = [marks[index], steps[index]];
    at += passed[index] ?? Number.NaN;
    if (step !== 0) number += step < 0 ? step : step - 1;
    return {
      ...shared,
      ...own[index],
      id,
      at: new Date(at).toISOString(),
      level: logLevel.options[mark % 4],
      source: logSource.options[Math.floor(mark / 4)],
      message: texts[index],
      line: step === 0 ? null : number,
    };
  });
}
