import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TelltaleError } from '@telltale/contracts/errors';
import type { SlotAllocation, SlotsAnswer, SlotStatus } from '@telltale/contracts/http/repo-pool';
import type { Clock } from '@telltale/runtime/clock';
import { ConfigError } from '@telltale/runtime/config';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { takeLock } from '@telltale/sdk/spool/spool-lock';
import { createGit } from './git.ts';
import { holderOf } from './holder.ts';
import { readRepoAddress, type RepoAddress } from './repo-address.ts';
import { createRepositorySlots, type RepositorySlots } from './repository-slots.ts';

export type RepoPoolOptions = {
  /** Holds a clone and its slots for each repository; one pool at a time works in it. */
  folder: string;
  slotsPerRepository: number;
  /** Local repositories are taken from below these only. */
  allowedFolders: readonly string[];
  /** Where git and ssh are found, and the person's own git settings (`HOME`). */
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  log: Log;
};

export type SlotRequest = {
  repoUrl: string;
  requiredBy: string;
  timeoutMs: number;
  /** A process of this machine: when it is gone, the slot comes back. */
  holderPid?: number | undefined;
  /** The slot comes back after so long unless the same request comes again. */
  leaseMs?: number | undefined;
  requestId?: string | undefined;
  /** The caller left. */
  signal?: AbortSignal | undefined;
};

export type RepoPool = AsyncDisposable & {
  /** Throws `invalid_request` for an address that is not taken or cannot be read, `SLOT_TIMEOUT` when the wait is over. */
  allocate(request: SlotRequest): Promise<SlotAllocation>;
  /** The slot comes back clean; cleaning goes on when this returns. False when nobody holds a slot by that id. */
  release(slotId: string): boolean;
  /** Of an allocation; `free` once it was given back. null when no slot was ever called so. */
  status(slotId: string): SlotStatus | null;
  list(): SlotsAnswer['slots'];
  /** Writes what was changed in a slot since its commit, also what is new, as a patch. False when nobody holds it. */
  diff(slotId: string, file: string): Promise<boolean>;
};

const collectEveryMs = 2_000;
const tidyEveryMs = 3_600_000;
/** A repository that nobody wanted for so long is removed. */
const forgetAfterMs = 14 * 86_400_000;
const slotIdShape = /^([0-9a-f]{16})\.(slot-[0-9a-f]{8})\.[0-9a-f-]{36}$/;

const toStatus = ({ slot_id, state, required_by, since }: SlotStatus): SlotStatus => ({
  slot_id,
  state,
  required_by,
  since,
});

/** Slots of repositories on this machine: working trees over one bare clone each, lent to one holder at a time. */
export async function createRepoPool(options: RepoPoolOptions): Promise<RepoPool> {
  const { folder, slotsPerRepository: most, allowedFolders, env, clock, log } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = await takeLock(folder);
  if (lock === null)
    throw new ConfigError([`${folder}: another repo pool works in this folder; give this one its own`]);
  const git = createGit({ env });
  const repositories = new Map<string, RepositorySlots>();

  const open = (address: RepoAddress): RepositorySlots => {
    const own = { folder: join(folder, address.key), address };
    return createRepositorySlots({ ...own, most, git, clock, log });
  };
  /** Two that come at once get the same one. */
  const opened = new Map<string, Promise<RepositorySlots>>();
  const repositoryOf = (address: RepoAddress): Promise<RepositorySlots> => {
    const known = opened.get(address.key);
    if (known !== undefined) return known;
    const opening = (async () => {
      const own = join(folder, address.key);
      await mkdir(own, { recursive: true, mode: 0o700 });
      await writeFile(join(own, 'url'), address.url, { mode: 0o600 });
      const repository = open(address);
      repositories.set(address.key, repository);
      return repository;
    })();
    opened.set(address.key, opening);
    return opening;
  };

  const restore = async (): Promise<void> => {
    for (const key of (await readdir(folder)).filter((name) => /^[0-9a-f]{16}$/.test(name))) {
      const url = await readFile(join(folder, key, 'url'), 'utf8').catch(() => null);
      if (url === null) continue;
      const repository = open({ key, url });
      repositories.set(key, repository);
      opened.set(key, Promise.resolve(repository));
      await repository.restore();
    }
  };
  await restore();

  let tidyAt = clock.now() + tidyEveryMs;
  const collect = async (): Promise<void> => {
    for (const repository of repositories.values()) repository.collect();
    if (clock.now() < tidyAt) return;
    tidyAt = clock.now() + tidyEveryMs;
    for (const [key, repository] of repositories) {
      const idle = repository.idleSince();
      if (idle !== null && clock.now() - idle > forgetAfterMs) {
        repositories.delete(key);
        opened.delete(key);
        await rm(join(folder, key), { recursive: true, force: true });
      } else await repository.tidy();
    }
  };
  const loop = startLoop({ name: 'repo-pool', turn: collect, everyMs: collectEveryMs, clock, log });

  return {
    async allocate({ repoUrl, requiredBy, timeoutMs, holderPid, leaseMs, requestId = null, signal }) {
      const address = readRepoAddress(repoUrl, { allowedFolders });
      const holder = holderOf({ pid: holderPid, leaseMs }, clock.now());
      if (holder === null) {
        const detail = `#/holder_pid: there is no process ${holderPid} on the machine of this pool`;
        throw new TelltaleError('invalid_request', detail, {
          errors: [{ pointer: '#/holder_pid', code: 'invalid_value', detail }],
        });
      }
      const repository = await repositoryOf(address);
      const timeout = AbortSignal.timeout(timeoutMs);
      const both = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
      try {
        return await repository.allocate({ requiredBy, holder, requestId }, both);
      } catch (error) {
        if (!timeout.aborted) throw error;
        const detail = `no slot of ${address.url} was ready within ${timeoutMs / 1_000} s (it has ${most}); wait longer`;
        throw new TelltaleError('SLOT_TIMEOUT', detail, { retryAfter: 5 });
      }
    },
    release(slotId) {
      const [, key = ''] = slotIdShape.exec(slotId) ?? [];
      return repositories.get(key)?.release(slotId) ?? false;
    },
    status(slotId) {
      const [, key = '', name = ''] = slotIdShape.exec(slotId) ?? [];
      const repository = repositories.get(key);
      if (repository === undefined) return null;
      const slots = repository.list();
      const mine = slots.find((slot) => slot.slot_id === slotId);
      if (mine !== undefined) return toStatus(mine);
      // Given back: somebody else's by now, or nobody's, or being cleaned.
      const tree = slots.find((slot) => slot.slot_id === `${key}.${name}` && slot.state !== 'free');
      const since = tree?.since ?? new Date(clock.now()).toISOString();
      return { slot_id: slotId, state: tree?.state ?? 'free', required_by: null, since };
    },
    async diff(slotId, file) {
      const [, key = ''] = slotIdShape.exec(slotId) ?? [];
      return (await repositories.get(key)?.diff(slotId, file)) ?? false;
    },
    list: () => [...repositories.values()].flatMap((repository) => repository.list()),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await Promise.all([...repositories.values()].map((repository) => repository.settled()));
      await lock.release();
    },
  };
}
