import { zstdDecompressSync } from 'node:zlib';
import type { Client } from 'pg';

type Chunk = {
  start: string;
  lines: number;
  debugs: number;
  warnings: number;
  errors: number;
  minutes: number[] | null;
};
/** Of each line the milliseconds after the chunk's start, and the level: debug, info, warning, error from 0. */
type Body = { at: number[]; level: number[] };

const minuteMs = 60_000;
const pageSize = 1_000;

/** The first columns of a chunk's lines: numbers of seven bits a byte, their sign in the lowest bit. */
function readBody(packed: Buffer): Body {
  const bytes = zstdDecompressSync(packed);
  let place = 1;
  const next = (): number => {
    let [whole, scale] = [0, 1];
    for (; (bytes[place] ?? 0) > 127; place += 1, scale *= 128) whole += ((bytes[place] ?? 0) - 128) * scale;
    whole += (bytes[place] ?? 0) * scale;
    place += 1;
    return whole % 2 === 0 ? whole / 2 : -(whole + 1) / 2;
  };
  const places = Array.from({ length: next() });
  let passed = 0;
  const at = places.map(() => (passed += next()));
  return { at, level: places.map(() => next() % 4) };
}

/** What the counts of a chunk should be, out of the lines themselves. */
function countsOf({ at, level }: Body, start: number): Omit<Chunk, 'start'> {
  const of = (wanted: number): number => level.filter((one) => one === wanted).length;
  const minutes = new Map<number, [minute: number, lines: number, warnings: number, errors: number]>();
  for (const [index, after] of at.entries()) {
    const minute = Math.floor((start + after) / minuteMs) - Math.floor(start / minuteMs);
    const counts = minutes.get(minute) ?? [minute, 0, 0, 0];
    minutes.set(minute, counts);
    counts[1] += 1;
    if (level[index] === 2) counts[2] += 1;
    if (level[index] === 3) counts[3] += 1;
  }
  return {
    lines: level.length,
    debugs: of(0),
    warnings: of(2),
    errors: of(3),
    minutes: minutes.size === 1 ? null : [...minutes.values()].flat(),
  };
}

/** How many chunks of log lines say other counts than their lines do: rollups are summed from those counts. */
export async function checkChunks(client: Client): Promise<number> {
  await client.query('begin');
  await client.query(`declare chunks no scroll cursor for
    select extract(epoch from at) * 1000 as start, lines, debugs, warnings, errors, minutes, body from log_chunk`);
  let wrong = 0;
  for (;;) {
    const { rows } = await client.query<Chunk & { body: Buffer }>(`fetch ${pageSize} from chunks`);
    if (rows.length === 0) break;
    for (const { start, body, ...said } of rows) {
      const lines = readBody(body);
      const should = countsOf(lines, Math.round(Number(start)));
      if (Object.entries(should).some(([name, value]) => String(value) !== String(said[name as keyof typeof said])))
        wrong += 1;
    }
  }
  await client.query('rollback');
  return wrong;
}
