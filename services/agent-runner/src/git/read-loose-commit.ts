import type { CommitFacts } from './commit-reader.ts';
import { countChangedLines } from './count-changed-lines.ts';
import type { LooseObjects, TreeEntry } from './loose-objects.ts';

type Change = { before: TreeEntry | undefined; after: TreeEntry | undefined };

/** A commit that touches more than this is left to git. */
const mostChanges = 200;
const treeMode = '40000';
/** Git takes a file with a NUL in its head for binary. */
const binaryHead = 8_000;

class NotReadable extends Error {}

/** Changed files between two trees; throws NotReadable where an object is not loose. */
function changesBetween(
  objects: LooseObjects,
  before: string | undefined,
  after: string | undefined,
  found: Change[],
): void {
  const read = (sha: string | undefined): Map<string, TreeEntry> => {
    const entries = sha === undefined ? new Map<string, TreeEntry>() : objects.tree(sha);
    if (entries === null) throw new NotReadable();
    return entries;
  };
  const a = read(before);
  const b = read(after);
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const [x, y] = [a.get(name), b.get(name)];
    if (x?.sha === y?.sha && x?.mode === y?.mode) continue;
    const [treeX, treeY] = [x?.mode === treeMode, y?.mode === treeMode];
    if (treeX || treeY) changesBetween(objects, treeX ? x?.sha : undefined, treeY ? y?.sha : undefined, found);
    const change = { before: treeX ? undefined : x, after: treeY ? undefined : y };
    if (change.before !== undefined || change.after !== undefined) found.push(change);
    if (found.length > mostChanges) throw new NotReadable();
  }
}

/** A file that was only moved is one change without lines. */
function withoutMoves(changes: readonly Change[]): Change[] {
  const added = new Map(
    changes.flatMap(({ before, after }) => (before === undefined && after ? [[after.sha, after]] : [])),
  );
  const moved = new Set<string>();
  for (const { before, after } of changes)
    if (after === undefined && before && added.has(before.sha)) moved.add(before.sha);
  return changes
    .filter(({ before, after }) => !(after === undefined && before !== undefined && moved.has(before.sha)))
    .map((change) =>
      change.before === undefined && change.after && moved.has(change.after.sha)
        ? { before: change.after, after: change.after }
        : change,
    );
}

function textOf(objects: LooseObjects, entry: TreeEntry | undefined): string | null {
  if (entry === undefined) return '';
  const bytes = objects.blob(entry.sha);
  if (bytes === null) throw new NotReadable();
  return bytes.subarray(0, binaryHead).includes(0) ? null : bytes.toString('latin1');
}

/**
 * What a commit holds against its first parent (or `base`), read from loose objects at once; null when one of them is
 * not loose. Files that were moved and changed in one count as two, unlike with git's own search for similar files.
 */
export function readLooseCommit(objects: LooseObjects, sha: string, base?: string): CommitFacts | null {
  const commit = objects.commit(sha);
  if (commit === null) return null;
  const parentSha = base ?? commit.parents[0];
  const parent = parentSha === undefined ? undefined : objects.commit(parentSha);
  if (parent === null) return null;
  try {
    const found: Change[] = [];
    changesBetween(objects, parent?.tree, commit.tree, found);
    const changes = withoutMoves(found);
    const facts = { message: commit.message, filesChanged: changes.length, insertions: 0, deletions: 0 };
    for (const { before, after } of changes) {
      if (before?.sha === after?.sha) continue;
      const [x, y] = [textOf(objects, before), textOf(objects, after)];
      if (x === null || y === null) continue;
      const { insertions, deletions } = countChangedLines(x, y);
      facts.insertions += insertions;
      facts.deletions += deletions;
    }
    return facts;
  } catch (error) {
    if (error instanceof NotReadable) return null;
    throw error;
  }
}
