import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { BareClone } from './bare-clone.ts';
import type { Git } from './git.ts';

export type WorkTree = { name: string; path: string };

/** Makes everything below removable again, without following links. */
async function unlock(path: string): Promise<void> {
  const stat = await lstat(path).catch(() => null);
  if (stat === null || !stat.isDirectory()) return;
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await unlock(join(path, entry.name));
  }
}

async function removeWhole(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(async () => {
    await unlock(path);
    await rm(path, { recursive: true, force: true });
  });
}

/** Processes of this machine that work in a folder, as far as we may see. */
async function processesIn(path: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => null);
    if (cwd !== null && (cwd === path || cwd.startsWith(path + sep))) found.push(Number(pid));
  }
  return found;
}

/** The working trees of one repository: made once, cleaned in place, and made anew when they cannot be. */
export function createWorkTrees({ folder, clone, git }: { folder: string; clone: BareClone; git: Git }) {
  const slots = join(folder, 'slots');
  const trash = join(folder, 'trash');
  const adminOf = ({ name }: WorkTree) => join(clone.gitDir, 'worktrees', name);
  /** What the tree itself says of its repository is not asked: whoever worked in it may have changed it. */
  const inTree = (tree: WorkTree) => ['--git-dir', adminOf(tree), '--work-tree', tree.path];

  const pointers = async (tree: WorkTree): Promise<void> => {
    const admin = adminOf(tree);
    const files = [
      [join(tree.path, '.git'), `gitdir: ${admin}\n`],
      [join(admin, 'gitdir'), `${join(tree.path, '.git')}\n`],
      [join(admin, 'commondir'), '../..\n'],
    ] as const;
    for (const [file, text] of files) {
      await rm(file, { recursive: true, force: true });
      await writeFile(file, text, { flag: 'wx', mode: 0o600 });
    }
    for (const name of ['index.lock', 'HEAD.lock', 'config.worktree', 'locked', 'MERGE_HEAD', 'rebase-merge', 'info']) {
      await rm(join(admin, name), { recursive: true, force: true });
    }
  };

  return {
    /** A new tree without content; its name is never used again. */
    async make(): Promise<WorkTree> {
      const name = `slot-${randomUUID().slice(0, 8)}`;
      const tree = { name, path: join(slots, name) };
      await mkdir(slots, { recursive: true, mode: 0o700 });
      const args = ['--git-dir', clone.gitDir, 'worktree', 'add', '--quiet', '--detach', '--no-checkout', '--force'];
      await git([...args, '--', tree.path, 'refs/telltale/head'], {});
      return tree;
    },
    /** Checks `commit` out as a new branch. */
    async checkOut(
      tree: WorkTree,
      { branch, commit, signal }: { branch: string; commit: string; signal: AbortSignal },
    ) {
      await pointers(tree);
      await git([...inTree(tree), 'checkout', '--quiet', '--force', '-B', branch, commit], { signal });
    },
    /** Brings a tree back to nothing but the files of `commit`. False when only a new one will do. */
    async clean(tree: WorkTree, commit: string): Promise<boolean> {
      try {
        const stat = await lstat(tree.path);
        if (!stat.isDirectory() || (await processesIn(tree.path)).length > 0) return false;
        await clone.resetSettings();
        await pointers(tree);
        const args = inTree(tree);
        await git([...args, 'checkout', '--quiet', '--force', '--detach', commit], {});
        await git([...args, 'reset', '--quiet', '--hard', commit], {});
        await git([...args, 'clean', '--quiet', '-ffdx'], {});
        const left = await git([...args, 'status', '--porcelain', '--ignored', '--untracked-files=all'], {});
        return left === '';
      } catch {
        return false;
      }
    },
    /**
     * Writes what differs from `commit` as a patch, new files included and ignored ones not. The tree's own index stays
     * as it is.
     */
    async diff(tree: WorkTree, commit: string, file: string): Promise<void> {
      const indexFile = join(adminOf(tree), `index-${randomUUID()}`);
      try {
        await clone.resetSettings();
        await pointers(tree);
        const args = inTree(tree);
        await git([...args, 'read-tree', commit], { indexFile });
        await git([...args, 'add', '--all', '--', '.'], { indexFile });
        const patch = ['diff', '--cached', '--binary', '--no-ext-diff', '--no-textconv', '--no-color'];
        await git([...args, ...patch, `--output=${file}`, commit], { indexFile });
      } finally {
        await rm(indexFile, { force: true });
      }
    },
    /** Takes a tree out of use at once; what still writes into it writes into the trash. */
    async discard(tree: WorkTree): Promise<void> {
      await mkdir(trash, { recursive: true, mode: 0o700 });
      await rename(tree.path, join(trash, randomUUID())).catch((error: unknown) => {
        if (!(error instanceof Error && Reflect.get(error, 'code') === 'ENOENT')) throw error;
      });
      await removeWhole(adminOf(tree));
      await this.emptyTrash();
    },
    /** What cannot be removed yet stays for the next time. */
    async emptyTrash(): Promise<void> {
      for (const name of await readdir(trash).catch(() => [])) {
        await removeWhole(join(trash, name)).catch(() => undefined);
      }
    },
  };
}
export type WorkTrees = ReturnType<typeof createWorkTrees>;
