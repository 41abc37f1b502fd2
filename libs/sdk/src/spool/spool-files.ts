import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { lanes, type Lane } from '../recorder/lane.ts';

/**
 * A spool is a folder named by its producer: `header.json` (written once), `state.json` (replaced as things move on),
 * `<lane>-<number>.seg` (append only, see `frame.ts`) and a lock. A higher `format` is left alone.
 */
export const spoolFormat = 1;

const header = z.object({
  format: z.int(),
  producer_id: z.string(),
  /** Of the gateway, or of the Redis, that the batches are meant for. */
  url: z.string(),
  team: z.string(),
  opened_at: z.string(),
});
export type SpoolHeader = z.output<typeof header>;

const state = z.object({
  settled_seq: z.int(),
  issued: z.int(),
  dropped: z.record(z.string(), z.int()),
  /** The highest seq ever made; set when the producer closed in order. */
  last_seq: z.int().nullable(),
  closed_at: z.string().nullable(),
  /** When the last batch was known to be stored. */
  settled_at: z.string().nullable(),
  /** Of the store that `settled_seq` speaks about; another one takes that word back. */
  store_epoch: z.string().nullable(),
});
export type SpoolState = z.output<typeof state>;

export const newState: SpoolState = {
  settled_seq: 0,
  issued: 0,
  dropped: {},
  last_seq: null,
  closed_at: null,
  settled_at: null,
  store_epoch: null,
};

async function replaceFile(folder: string, name: string, content: unknown): Promise<void> {
  const draft = join(folder, `.${name}-${randomBytes(6).toString('hex')}`);
  await writeFile(draft, JSON.stringify(content), { mode: 0o600, flush: true });
  await rename(draft, join(folder, name));
}

export const writeHeader = (folder: string, value: SpoolHeader): Promise<void> =>
  replaceFile(folder, 'header.json', value);
export const writeState = (folder: string, value: SpoolState): Promise<void> =>
  replaceFile(folder, 'state.json', value);

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    // Missing or half written: what stands in the segments still holds.
    return null;
  }
}

export const readHeader = (folder: string): Promise<SpoolHeader | null> =>
  readJson(join(folder, 'header.json'), header);
export const readState = async (folder: string): Promise<SpoolState> =>
  (await readJson(join(folder, 'state.json'), state)) ?? newState;

export const segmentName = (lane: Lane, number: number): string => `${lane}-${String(number).padStart(8, '0')}.seg`;

/** The lane and number of a segment's file name; null for every other file. */
export function parseSegmentName(name: string): { lane: Lane; number: number } | null {
  const match = /^([a-z]+)-(\d{8,})\.seg$/.exec(name);
  const lane = lanes.find((one) => one === match?.[1]);
  return lane === undefined ? null : { lane, number: Number(match?.[2]) };
}
