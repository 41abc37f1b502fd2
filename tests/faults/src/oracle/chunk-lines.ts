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

/** What all lines of a chunk have in common, as its columns. */
export type Chunk = { shared: Record<string, unknown>; startMs: number; ids: string[]; body: Buffer };

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
