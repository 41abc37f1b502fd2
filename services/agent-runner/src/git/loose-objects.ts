import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';

/** Objects beyond this are not read here. */
const largestObject = 2 * 1024 * 1024;

export type TreeEntry = { mode: string; sha: string };
/** `seconds` is when it was committed, by its own word. */
export type Commit = { tree: string; parents: string[]; message: string; seconds: number };

export type LooseObjects = {
  commit(sha: string): Commit | null;
  tree(sha: string): Map<string, TreeEntry> | null;
  blob(sha: string): Buffer | null;
};

/**
 * Reads objects that are files of their own, as fresh ones are. Synchronous: it is for the moment after a commit, when
 * the folder may be about to vanish. Null for what is packed, too large or gone.
 */
export function createLooseObjects(commonDir: string): LooseObjects {
  const read = (sha: string, type: string): Buffer | null => {
    try {
      const raw = readFileSync(join(commonDir, 'objects', sha.slice(0, 2), sha.slice(2)));
      const object = inflateSync(raw, { maxOutputLength: largestObject });
      const end = object.indexOf(0);
      return object.toString('latin1', 0, end).startsWith(`${type} `) ? object.subarray(end + 1) : null;
    } catch {
      return null;
    }
  };

  return {
    blob: (sha) => read(sha, 'blob'),
    commit(sha) {
      const text = read(sha, 'commit')?.toString('utf8');
      const bodyAt = text?.indexOf('\n\n') ?? -1;
      if (text === undefined || bodyAt === -1) return null;
      const head = text.slice(0, bodyAt).split('\n');
      const tree = head.find((line) => line.startsWith('tree '))?.slice('tree '.length);
      const parents = head.filter((line) => line.startsWith('parent ')).map((line) => line.slice('parent '.length));
      const seconds = Number(
        /> (\d+) [+-]\d{4}$/.exec(head.find((line) => line.startsWith('committer ')) ?? '')?.[1] ?? 0,
      );
      return tree === undefined ? null : { tree, parents, message: text.slice(bodyAt + 2).trim(), seconds };
    },
    tree(sha) {
      const bytes = read(sha, 'tree');
      if (bytes === null) return null;
      const entries = new Map<string, TreeEntry>();
      const idBytes = sha.length / 2;
      for (let at = 0; at < bytes.length;) {
        const space = bytes.indexOf(0x20, at);
        const end = bytes.indexOf(0, space);
        if (space === -1 || end === -1) return null;
        const id = bytes.toString('hex', end + 1, end + 1 + idBytes);
        entries.set(bytes.toString('utf8', space + 1, end), { mode: bytes.toString('latin1', at, space), sha: id });
        at = end + 1 + idBytes;
      }
      return entries;
    },
  };
}
