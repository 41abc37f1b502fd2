import { argumentsOf, hasOption, messageOf, optionValue, plainArguments, withoutCredentials } from './command-line.ts';
import type { GitCommand } from './trace-events.ts';

/** What a command line was for, as far as the reflog of HEAD does not tell it. */
export type CommandMeaning = {
  operation: string;
  branch?: string | undefined;
  message?: string | undefined;
  /** A ref whose object id belongs to the activity. */
  ref?: string | undefined;
  attributes?: Record<string, string>;
};

type Reader = (args: readonly string[]) => CommandMeaning | null;

const newBranch = (branch: string | undefined): CommandMeaning | null =>
  branch === undefined ? null : { operation: 'branch_create', branch, ref: `refs/heads/${branch}` };

function readBranch(args: readonly string[]): CommandMeaning | null {
  const [first, second] = plainArguments(args);
  if (hasOption(args, ['-d', '-D', '--delete']))
    return first === undefined ? null : { operation: 'branch_delete', branch: first };
  if (hasOption(args, ['-c', '-C', '--copy'])) return newBranch(second ?? first);
  const other = ['-m', '-M', '--move', '-l', '--list', '-a', '-r', '-v', '-vv', '--all', '--remotes', '--show-current'];
  const settings = [
    '--set-upstream-to',
    '-u',
    '--unset-upstream',
    '--edit-description',
    '--contains',
    '--merged',
    '--no-merged',
    '--points-at',
  ];
  return hasOption(args, [...other, ...settings]) ? null : newBranch(first);
}

/** What `branch -m` makes of a branch: of the one that HEAD is on its reflog tells too. */
function readRename(args: readonly string[]): CommandMeaning | null {
  const [first, second] = plainArguments(args);
  const branch = second ?? first;
  if (branch === undefined || !hasOption(args, ['-m', '-M', '--move'])) return null;
  return { operation: 'branch_rename', branch, ref: `refs/heads/${branch}` };
}

function readStash(args: readonly string[]): CommandMeaning | null {
  const action = plainArguments(args)[0] ?? 'push';
  const known = ['push', 'save', 'pop', 'apply', 'drop', 'clear', 'branch', 'store'];
  if (action === 'list' || action === 'show' || action === 'create') return null;
  return { operation: 'stash', attributes: { action: known.includes(action) ? action : 'push' } };
}

function readTag(args: readonly string[]): CommandMeaning | null {
  const [tag] = plainArguments(args);
  if (
    tag === undefined ||
    hasOption(args, ['-l', '--list', '-n', '-v', '--verify', '--contains', '--points-at', '--merged', '--no-merged'])
  )
    return null;
  const removed = hasOption(args, ['-d', '--delete']);
  // `-m message` stands before the name as often as after it: the name is what is not the value of an option.
  const name = args.filter(
    (arg, at) =>
      !arg.startsWith('-') && !['-m', '-F', '-u', '--message', '--file', '--local-user'].includes(args[at - 1] ?? ''),
  )[0];
  return {
    operation: 'tag',
    ref: `refs/tags/${name ?? tag}`,
    attributes: { tag: name ?? tag, action: removed ? 'delete' : 'create' },
  };
}

function readWorktree(args: readonly string[]): CommandMeaning | null {
  const [action] = plainArguments(args);
  if (action === undefined || action === 'list') return null;
  return { operation: 'worktree', branch: optionValue(args, ['-b', '-B']), attributes: { action } };
}

function readPush(args: readonly string[]): CommandMeaning {
  const [remote, refspec] = plainArguments(args);
  const [source] = (refspec ?? '').replace(/^\+/, '').split(':');
  const branch =
    source === undefined || source === '' || source === 'HEAD' ? undefined : source.replace(/^refs\/heads\//, '');
  return {
    operation: 'push',
    branch,
    ...(remote === undefined ? {} : { attributes: { remote: withoutCredentials(remote) } }),
  };
}

function readRemote(operation: string): Reader {
  return (args) => {
    const [remote] = plainArguments(args);
    return { operation, ...(remote === undefined ? {} : { attributes: { remote: withoutCredentials(remote) } }) };
  };
}

const plain =
  (operation: string): Reader =>
  (args) =>
    hasOption(args, ['--dry-run', '-n', '--abort', '--quit', '--help', '-h']) ? null : { operation };

/** Commands that change something worth telling. `created` are told before what the reflog says of the same command. */
const readers: Readonly<Record<string, { done?: Reader; created?: Reader; attempt: Reader }>> = {
  commit: { attempt: (args) => (hasOption(args, ['--dry-run', '--help', '-h']) ? null : { operation: 'commit' }) },
  merge: { attempt: plain('merge') },
  rebase: { attempt: plain('rebase') },
  reset: { attempt: plain('reset') },
  'cherry-pick': { attempt: plain('cherry-pick') },
  revert: { attempt: plain('revert') },
  am: { attempt: plain('am') },
  checkout: {
    created: (args) => newBranch(optionValue(args, ['-b', '-B', '--orphan'])),
    attempt: plain('checkout'),
  },
  switch: {
    created: (args) => newBranch(optionValue(args, ['-c', '-C', '--create', '--force-create', '--orphan'])),
    attempt: plain('checkout'),
  },
  branch: { done: readBranch, attempt: (args) => readRename(args) ?? readBranch(args) },
  stash: { done: readStash, attempt: readStash },
  tag: { done: readTag, attempt: readTag },
  worktree: {
    created: (args) => (plainArguments(args)[0] === 'add' ? newBranch(optionValue(args, ['-b', '-B'])) : null),
    done: readWorktree,
    attempt: readWorktree,
  },
  push: { done: readPush, attempt: readPush },
  pull: { attempt: readRemote('pull') },
  fetch: { done: readRemote('fetch'), attempt: readRemote('fetch') },
  clone: { done: readRemote('clone'), attempt: readRemote('clone') },
};

/** Commands that run others as their steps: the steps are not operations of their own. */
const steps: Readonly<Record<string, readonly string[]>> = {
  pull: ['fetch', 'merge', 'rebase', 'checkout', 'reset'],
  stash: ['reset', 'checkout', 'stash'],
  rebase: ['checkout', 'merge', 'commit', 'reset', 'cherry-pick', 'am', 'stash'],
  merge: ['stash', 'reset', 'commit'],
  am: ['commit'],
  'cherry-pick': ['commit', 'merge'],
  revert: ['commit', 'merge'],
  worktree: ['branch', 'reset', 'checkout'],
  clone: ['fetch', 'checkout', 'clone'],
  submodule: ['clone', 'fetch', 'checkout', 'reset', 'merge', 'rebase'],
  fetch: ['fetch'],
  push: ['fetch'],
  bisect: ['checkout', 'reset'],
};

/** Whether the command is a step of the one that runs it. */
export function isStep({ verbs }: GitCommand): boolean {
  const verb = verbs.at(-1) ?? '';
  return verbs.slice(0, -1).some((outer) => steps[outer]?.includes(verb) ?? false);
}

const readWith = (command: GitCommand, use: 'done' | 'created' | 'attempt'): CommandMeaning | null => {
  const verb = command.verbs.at(-1) ?? '';
  const reader = Object.hasOwn(readers, verb) ? readers[verb]?.[use] : undefined;
  return reader === undefined || isStep(command) ? null : reader(argumentsOf(command.argv));
};

/** A branch that a successful command made on its way to something else. */
export const createdBy = (command: GitCommand): CommandMeaning | null => readWith(command, 'created');
/** What a successful command did that HEAD does not show. */
export const doneBy = (command: GitCommand): CommandMeaning | null => readWith(command, 'done');
/** What a successful command that moves HEAD did, by its own words: for when no reflog can be read any more. */
export function claimedBy(command: GitCommand): CommandMeaning | null {
  const meaning = readWith(command, 'attempt');
  return meaning === null ? null : { ...meaning, message: messageOf(argumentsOf(command.argv)) };
}
/** What a command that failed was meant to do. */
export const attemptedBy = (command: GitCommand): CommandMeaning | null => readWith(command, 'attempt');
