import type { Readable } from 'node:stream';

/** Bytes of the content, both inclusive. */
export type ByteRange = { start: number; end: number };

/** Where the content of artifacts lies, under an object's random id. Objects are written once and never changed. */
export type ObjectStore = {
  /** Resolves when all of `content` would survive a crash. Fails with what the stream or the store failed with. */
  write(objectId: string, content: Readable): Promise<void>;
  /** The content or a range of it. Rejects with ObjectMissingError when nothing is there. */
  read(objectId: string, range?: ByteRange): Promise<Readable>;
  /** Also takes away what a write that failed left; fine when nothing is there. */
  remove(objectId: string): Promise<void>;
  /** One real look at it; says in words what it found. */
  look(signal: AbortSignal): Promise<string>;
};

/** The database knows an artifact whose content is not there. */
export class ObjectMissingError extends Error {
  constructor(objectId: string, cause: unknown) {
    super(`the content of object ${objectId} is not in the artifact store`, { cause });
    this.name = 'ObjectMissingError';
  }
}
