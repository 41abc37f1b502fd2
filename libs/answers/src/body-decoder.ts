import type { Transform } from 'node:stream';
import {
  createBrotliCompress,
  createBrotliDecompress,
  createDeflate,
  createGunzip,
  createGzip,
  createInflate,
  createZstdCompress,
  createZstdDecompress,
  constants,
} from 'node:zlib';

type Coding = { decode: () => Transform; encode: () => Transform };

/** Each piece comes out at once: a stream of events must not wait in a compressor for more. */
const codings: Readonly<Record<string, Coding>> = {
  gzip: { decode: () => createGunzip(), encode: () => createGzip({ flush: constants.Z_SYNC_FLUSH }) },
  'x-gzip': { decode: () => createGunzip(), encode: () => createGzip({ flush: constants.Z_SYNC_FLUSH }) },
  deflate: { decode: () => createInflate(), encode: () => createDeflate({ flush: constants.Z_SYNC_FLUSH }) },
  br: {
    decode: () => createBrotliDecompress(),
    encode: () => createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
  },
  zstd: {
    decode: () => createZstdDecompress(),
    encode: () => createZstdCompress({ flush: constants.ZSTD_e_flush }),
  },
};

/** The coding of a body; `identity` when it has none, null when it is one nobody here can read. */
export function codingOf(header: string | undefined): Coding | 'identity' | null {
  const name = (header ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return 'identity';
  return Object.hasOwn(codings, name) ? (codings[name] ?? null) : null;
}

/** What a compressed body may wait for its reader before it is slowed down. */
const mostWaiting = 1024 * 1024;

export type BodyReader = {
  /** False when the reader is behind: `whenReady` resolves once it is not. */
  push(bytes: Buffer): boolean;
  whenReady(): Promise<void>;
  /** Resolves when everything that was pushed has been read. */
  end(): Promise<void>;
  /** The body was no such coding: what was read until then is all there is. */
  broken(): boolean;
};

/** Reads a body beside its way, in whatever coding it has. */
export function createBodyReader(header: string | undefined, onBytes: (bytes: Buffer) => void): BodyReader {
  const coding = codingOf(header);
  if (coding === 'identity' || coding === null) {
    return {
      push: (bytes) => {
        if (coding !== null) onBytes(bytes);
        return true;
      },
      whenReady: async () => undefined,
      end: async () => undefined,
      broken: () => coding === null,
    };
  }
  const decoder = coding.decode();
  let broken = false;
  let wake: (() => void) | undefined;
  const over = new Promise<void>((resolve) => {
    decoder.on('data', (bytes: Buffer) => onBytes(bytes));
    decoder.once('end', () => resolve());
    decoder.once('error', () => {
      broken = true;
      wake?.();
      resolve();
    });
  });
  decoder.on('drain', () => wake?.());
  return {
    push(bytes) {
      if (!broken) decoder.write(bytes);
      return broken || decoder.writableLength < mostWaiting;
    },
    whenReady: () =>
      new Promise((resolve) => {
        if (broken || decoder.writableLength < mostWaiting) resolve();
        else wake = resolve;
      }),
    async end() {
      if (!broken) decoder.end();
      await over;
    },
    broken: () => broken,
  };
}
