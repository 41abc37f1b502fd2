import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createZstdDecompress } from 'node:zlib';
import { z } from 'zod';
import { BackupError } from './backup-error.ts';

/**
 * A backup is this line, then a zstd stream of frames: type (1 byte), length (4 bytes, big endian), payload. Of each
 * table `table` (JSON), `data`… (COPY in text form), `end` (JSON); last of all the manifest. A file without it is torn.
 */
export const magic = Buffer.from('TELLTALE BACKUP 1\n');
export const frameTypes = { table: 0x54, data: 0x44, end: 0x45, manifest: 0x4d } as const;
export type FrameType = keyof typeof frameTypes;
export type Frame = { type: FrameType; payload: Buffer };

const name = z.string().regex(/^[a-z_][a-z0-9_]*$/);
export const tableHead = z.object({ table: name, columns: z.array(name) });
export const tableEnd = z.object({ table: name, rows: z.int(), sha256: z.string() });
/** What PostgreSQL itself writes of a partition, and nothing that ends the statement. */
const bound = z.string().regex(/^FOR VALUES (?:FROM|IN|WITH) [-+\w :.,'()]+$/);
export const manifest = z.object({
  format: z.literal(1),
  /** Schema version of the data. */
  schema: z.int().min(1),
  made_at: z.string(),
  tables: z.array(tableEnd),
  partitions: z.array(z.object({ parent: name, name, bound })),
  sequences: z.array(z.object({ name, last_value: z.string().regex(/^\d+$/), is_called: z.boolean() })),
});
/** The manifest of a Telltale that writes backups in another way. */
export const newerFormat = z.object({ format: z.int().min(2).max(1_000) });
export type Manifest = z.output<typeof manifest>;

const headBytes = 5;
const typeOf = new Map<number, FrameType>(Object.entries(frameTypes).map(([type, byte]) => [byte, type as FrameType]));

export function encodeFrame(type: FrameType, payload: Buffer | object): Buffer[] {
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(frameTypes[type], 0);
  head.writeUInt32BE(bytes.length, 1);
  return [head, bytes];
}

async function* inflate(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    if (!buffer.subarray(0, bytesRead).equals(magic)) throw new BackupError(`${file} is no backup of Telltale.`);
  } finally {
    await handle.close();
  }
  yield* createReadStream(file, { start: magic.length }).pipe(createZstdDecompress());
}

/** The file cannot even be opened: that is no damage. */
const isUnreadable = (error: unknown): boolean => error instanceof Error && Reflect.has(error, 'syscall');

/** The frames of a backup, in order. Throws BackupError where the file is torn or damaged. */
export async function* readFrames(file: string): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  const torn = (cause?: unknown): BackupError =>
    new BackupError(`${file} is damaged or not complete; take another backup.`, { cause });
  const chunks = inflate(file)[Symbol.asyncIterator]();
  for (;;) {
    const next = await chunks.next().catch((cause: unknown) => {
      throw cause instanceof BackupError || isUnreadable(cause) ? cause : torn(cause);
    });
    if (next.done === true) break;
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
    while (rest.length >= headBytes) {
      const length = rest.readUInt32BE(1);
      if (rest.length < headBytes + length) break;
      const type = typeOf.get(rest.readUInt8(0));
      if (type === undefined) throw torn();
      yield { type, payload: rest.subarray(headBytes, headBytes + length) };
      rest = rest.subarray(headBytes + length);
    }
  }
  if (rest.length > 0) throw torn();
}
