import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainEnvironment } from '../test-support/watch-command.ts';
import { createCommitReader } from './commit-reader.ts';
import { countChangedLines } from './count-changed-lines.ts';
import { createLooseObjects } from './loose-objects.ts';
import { readLooseCommit } from './read-loose-commit.ts';

test('loose objects say what git itself says of every commit', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loose-'));
  const script = `
    git init -q -b main .
    seq 100 > a; mkdir -p d/e; echo x > d/e/f; printf 'no end' > n; git add .; git commit -qm 'one

body'
    seq 100 | sed 's/^5/five/' > a; rm d/e/f; head -c 100 /dev/zero > bin; git add -A; git commit -qm two
    git mv a moved; chmod +x n; git commit -qam three
    git checkout -q -b feat HEAD~1; echo g > g; printf 'no end\\n' > n; git add .; git commit -qm feat
    git checkout -q main; git merge -q feat -m merged
    git commit -q --allow-empty -m nothing
    rm moved; mkdir moved; echo z > moved/z; git add -A; git commit -qm 'a file becomes a folder'`;
  try {
    execFileSync('bash', ['-ec', script], { cwd: folder, env: plainEnvironment });
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
    const objects = createLooseObjects(join(folder, '.git'));
    const reader = createCommitReader({ gitDir: join(folder, '.git'), env: plainEnvironment });
    const shas = git('rev-list', '--all').split('\n');
    expect(shas).toHaveLength(7);
    for (const sha of shas) expect([sha, readLooseCommit(objects, sha)]).toEqual([sha, await reader.describe(sha)]);
    expect(readLooseCommit(objects, git('rev-parse', 'main'), git('rev-parse', 'main~3'))).toEqual(
      await reader.describe(git('rev-parse', 'main'), git('rev-parse', 'main~3')),
    );
    git('gc', '-q');
    expect(readLooseCommit(objects, shas[0] ?? '')).toBeNull();
    reader.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('changed lines are those of the shortest edit', () => {
  expect(countChangedLines('a\nb\nc\n', 'a\nx\nc\nd\n')).toEqual({ insertions: 2, deletions: 1 });
  expect(countChangedLines('', 'a\nb')).toEqual({ insertions: 2, deletions: 0 });
  expect(countChangedLines('a', 'a\n')).toEqual({ insertions: 1, deletions: 1 });
  const lines = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n'), { maxLength: 30 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const longest = commonLength(before, after);
      expect(countChangedLines(before.join(''), after.join(''))).toEqual({
        insertions: after.length - longest,
        deletions: before.length - longest,
      });
    }),
  );
});

/** The length of the longest common subsequence, the plain way. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, () => 0);
  for (const x of a) {
    const next = [0];
    for (const [at, y] of b.entries()) {
      next.push(x === y ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
