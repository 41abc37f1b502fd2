import { randomUUID } from 'node:crypto';
import type { SlotAllocation, SlotStatus } from '@telltale/contracts/http/repo-pool';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { createBareClone } from './bare-clone.ts';
import type { Git } from './git.ts';
import { afterAbsence, isHeld, type Holder } from './holder.ts';
import type { RepoAddress } from './repo-address.ts';
import { createSlotNotes, type SlotNote } from './slot-notes.ts';
import { createSlotQueue } from './slot-queue.ts';
import { createWorkTrees, type WorkTree } from './work-tree.ts';

type Held = NonNullable<SlotNote['held']>;
/** One place in the pool; its tree may change. */
type Slot = { state: SlotStatus['state']; since: number; tree: WorkTree | null; commit: string; held: Held | null };

export type SlotWish = { requiredBy: string; holder: Holder; requestId: string | null };

const mostBranches = 200;
/** For a lease whose pool was away. */
const graceMs = 600_000;

/** What a branch may be called by: the part of it that people recognise. */
const wordOf = (text: string): string =>
  text
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60) || 'work';

/** The slots of one repository. Each is held by one at a time, and is clean whenever somebody gets it. */
export function createRepositorySlots(options: {
  folder: string;
  address: RepoAddress;
  most: number;
  git: Git;
  clock: Clock;
  log: Log;
}) {
  const { folder, address, most, git, clock, log } = options;
  const { url, key } = address;
  const clone = createBareClone({ folder, url, git });
  const trees = createWorkTrees({ folder, clone, git });
  const notes = createSlotNotes(folder);
  const queue = createSlotQueue<Slot>();
  const slots: Slot[] = [];
  const cleaning = new Set<Promise<void>>();
  let usedAt = clock.now();

  const enter = (slot: Slot, state: Slot['state']): void => {
    [slot.state, slot.since] = [state, clock.now()];
  };
  const note = (slot: Slot): Promise<void> =>
    slot.tree === null ? Promise.resolve() : notes.write({ tree: slot.tree, commit: slot.commit, held: slot.held });

  /** To the next who waits, or to whoever comes. */
  const free = (slot: Slot): void => {
    slot.held = null;
    enter(slot, 'free');
    if (queue.offer(slot)) enter(slot, 'cleaning');
  };

  const dropTree = async (slot: Slot): Promise<void> => {
    const { tree } = slot;
    if (tree === null) return;
    await clone.alone(() => trees.discard(tree));
    await notes.remove(tree.name);
    slot.tree = null;
  };

  /** A slot comes back: cleaned in place, else with a new tree the next time; never as it was left. */
  const bringBack = async (slot: Slot): Promise<void> => {
    enter(slot, 'cleaning');
    const { tree, held } = slot;
    slot.held = null;
    try {
      if (tree !== null) {
        await note(slot);
        const clean = await clone.alone(() => trees.clean(tree, slot.commit));
        if (!clean) await dropTree(slot);
        if (held !== null) await dropBranch(held.branch, slot.commit);
      }
      free(slot);
    } catch (error) {
      log.error({ err: error, repository: key }, 'a slot could not be brought back');
      enter(slot, 'broken');
    }
  };
  const startBringingBack = (slot: Slot): void => {
    const work = bringBack(slot);
    cleaning.add(work);
    void work.finally(() => cleaning.delete(work));
  };

  /** A branch that nothing was committed on says nothing; the others stay in the clone for a while. */
  const dropBranch = async (branch: string, commit: string): Promise<void> => {
    const ref = `refs/heads/${branch}`;
    await git(['--git-dir', clone.gitDir, 'update-ref', '-d', ref, commit], {}).catch(() => undefined);
  };

  const takeFree = async (signal: AbortSignal): Promise<Slot> => {
    const ready = slots.find(({ state }) => state === 'free');
    if (ready !== undefined) return ready;
    if (slots.length < most) {
      const made: Slot = { state: 'cleaning', since: clock.now(), tree: null, commit: '', held: null };
      slots.push(made);
      return made;
    }
    return queue.wait(signal);
  };

  const prepare = async (slot: Slot, wish: SlotWish, signal: AbortSignal): Promise<SlotAllocation> => {
    const commit = await clone.update(signal);
    slot.tree ??= await clone.alone(() => trees.make());
    const { tree } = slot;
    const nonce = randomUUID();
    const branch = `telltale/${wordOf(wish.requiredBy)}-${nonce.slice(0, 8)}`;
    slot.commit = commit;
    await trees.checkOut(tree, { branch, commit, signal });
    const slot_id = `${key}.${tree.name}.${nonce}`;
    const since = new Date(clock.now()).toISOString();
    const { requiredBy: required_by, requestId: request_id, holder } = wish;
    slot.held = { slot_id, branch, required_by, since, request_id, holder };
    await note(slot);
    signal.throwIfAborted();
    enter(slot, 'allocated');
    return { slot_id, path: tree.path, branch, commit };
  };

  const findHeld = (slotId: string): Slot | undefined =>
    slots.find(({ held, state }) => held?.slot_id === slotId && state === 'allocated');

  return {
    url,
    /** Picks up what a process before this one left: slots that are still held stay so, the others come back clean. */
    async restore(): Promise<void> {
      for (const { tree, commit, held } of await notes.readAll()) {
        const slot: Slot = { state: 'cleaning', since: clock.now(), tree, commit, held };
        slots.push(slot);
        if (held !== null) held.holder = afterAbsence(held.holder, clock.now(), graceMs);
        if (held !== null && isHeld(held.holder, clock.now())) {
          slot.state = 'allocated';
          slot.since = Date.parse(held.since);
        } else startBringingBack(slot);
      }
      await trees.emptyTrash();
    },
    /** Rejects with the signal's reason when no slot was ready before it aborted. */
    async allocate(wish: SlotWish, signal: AbortSignal): Promise<SlotAllocation> {
      usedAt = clock.now();
      const again = slots.find(({ held }) => wish.requestId !== null && held?.request_id === wish.requestId);
      if (again !== undefined && again.held !== null && again.tree !== null && again.state === 'allocated') {
        const { slot_id, branch } = again.held;
        again.held.holder = wish.holder;
        await note(again);
        return { slot_id, path: again.tree.path, branch, commit: again.commit };
      }
      const slot = await takeFree(signal);
      enter(slot, 'cleaning');
      try {
        return await prepare(slot, wish, signal);
      } catch (error) {
        startBringingBack(slot);
        throw error;
      }
    },
    /** False when nobody holds a slot by that id. */
    release(slotId: string): boolean {
      const slot = findHeld(slotId);
      if (slot === undefined) return false;
      startBringingBack(slot);
      return true;
    },
    /** Writes the patch of what was done in a slot. False when nobody holds it. */
    async diff(slotId: string, file: string): Promise<boolean> {
      const slot = findHeld(slotId);
      if (slot === undefined || slot.tree === null) return false;
      const { tree, commit } = slot;
      await clone.alone(() => trees.diff(tree, commit, file));
      return true;
    },
    /** Takes back what dead holders have; tries broken slots once more. */
    collect(): void {
      for (const slot of slots) {
        const gone = slot.state === 'allocated' && slot.held !== null && !isHeld(slot.held.holder, clock.now());
        if (gone) log.info({ repository: key, required_by: slot.held?.required_by }, 'a holder is gone');
        if (gone || slot.state === 'broken') startBringingBack(slot);
      }
    },
    /** Gives disk space back: old branches, objects that nothing needs. Only while nobody works here. */
    async tidy(): Promise<void> {
      if (slots.some(({ state }) => state !== 'free')) return;
      await clone.alone(async () => {
        const list = ['for-each-ref', '--sort=-creatordate', '--format=%(refname)', 'refs/heads/telltale'];
        const refs = (await git(['--git-dir', clone.gitDir, ...list], {})).split('\n').filter((ref) => ref !== '');
        for (const ref of refs.slice(mostBranches)) await git(['--git-dir', clone.gitDir, 'update-ref', '-d', ref], {});
        await git(['--git-dir', clone.gitDir, 'gc', '--quiet'], {});
      });
    },
    /** Epoch ms; null while anybody holds or wants a slot. */
    idleSince: (): number | null =>
      queue.waiting() > 0 || slots.some(({ state }) => state !== 'free') ? null : usedAt,
    list: (): (SlotStatus & { repo_url: string })[] =>
      slots.map(({ state, since, tree, held }, index) => ({
        slot_id: held?.slot_id ?? `${key}.${tree?.name ?? `none-${index}`}`,
        state,
        required_by: held?.required_by ?? null,
        since: new Date(since).toISOString(),
        repo_url: url,
      })),
    /** When what is being cleaned is clean. */
    async settled(): Promise<void> {
      while (cleaning.size > 0) await Promise.all(cleaning);
    },
  };
}
export type RepositorySlots = ReturnType<typeof createRepositorySlots>;
