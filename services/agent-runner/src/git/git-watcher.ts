import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { attemptedBy, claimedBy, createdBy, doneBy, isStep, type CommandMeaning } from './classify-command.ts';
import type { CommitFacts } from './commit-reader.ts';
import { worktreeOf } from './find-git-dir.ts';
import { configuredTrace } from './configured-trace.ts';
import { openOwnTrace } from './own-trace.ts';
import type { GitActivity } from './git-activity.ts';
import { shaOfRef } from './read-refs.ts';
import { isZero, subjectOf, type ReflogEntry } from './reflog-entry.ts';
import { createRepositories } from './repositories.ts';
import type { Move, Repository } from './repository.ts';
import type { GitCommand } from './trace-events.ts';
import { openTraceSocket } from './trace-socket.ts';

export type GitWatcher = {
  /** What the child's environment needs; empty when the person traces git already. */
  environment: Readonly<Record<string, string>>;
  /** The program is over: reads what is left, and resolves when all of it was handed out. */
  finish(): Promise<void>;
};

/** Commands whose lines in the reflog may still come: a line is read at the exit of its command or soon after. */
const recentMs = 10_000;
/** For a git that does not report (another program's own, a scrubbed environment) reflogs are looked at this often. */
const pollMs = 5_000;
/** A command reports its start this long after its effect was read at the latest; then the reflog stands alone. */
const lateMs = 500;
/** One such command may move HEAD several times. */
const movesOften = new Set(['am', 'cherry-pick', 'revert', 'pull', 'rebase']);
/** What is told of the commit that the branch is on. */
const usesBranch = new Set(['push', 'commit', 'merge', 'cherry-pick', 'revert', 'am']);
/** A branch has its name by it. */
const namesBranch = new Set(['branch_create', 'branch_rename']);
/** One such command makes commits, which are worth being read at once. */
const makesCommits = new Set(['commit', 'merge', 'pull', 'am', 'cherry-pick', 'revert']);

/** The size of a commit, where it is known. */
const sizeOf = (facts: CommitFacts | null) =>
  facts === null ? {} : { files_changed: facts.filesChanged, insertions: facts.insertions, deletions: facts.deletions };

/** By these runs know of each other what was told; of a commit its own name says it. */
const moveKey = (entry: ReflogEntry): string => [entry.old, entry.new, entry.seconds, entry.message].join(' ');
const branchKey = (branch: string): string => `branch ${branch}`;

type Waiting = { move: Move; repository: Repository; facts: Promise<CommitFacts | null> | null; mono: number };

/**
 * Tells what a run does with git, whatever it prints: every git process reports its command line and exit over a unix
 * socket (trace2), and at each exit the reflog of its working tree is read. HEAD's reflog says what happened; the
 * command line adds what HEAD does not show (push, stash, tags) and what failed. Reads only.
 */
export async function createGitWatcher(deps: {
  cwd: string;
  /** Private, for the socket; without one reflogs alone tell what happened. */
  folder: string | null;
  runId: string;
  /** The environment of the run: where git is found, and whether somebody else traces it. */
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  log: Log;
  onActivity: (activity: GitActivity) => void;
}): Promise<GitWatcher> {
  const { cwd, folder, runId, env, clock, log, onActivity } = deps;
  const repositories = createRepositories({ runId, startedAt: clock.now(), env });
  let commands: GitCommand[] = [];
  /** Moves whose command has not reported yet, and all that was read after them. */
  const waiting: Waiting[] = [];
  /** Commits are described one after another, so that activities leave in the order in which they happened. */
  let tail: Promise<void> = Promise.resolve();

  const send = (make: () => Promise<GitActivity> | GitActivity): void => {
    tail = tail
      .then(async () => onActivity(await make()))
      .catch((error: unknown) => {
        log.warn({ err: error }, 'a git activity could not be told');
      });
  };

  const sendCommand = (meaning: CommandMeaning, repository: Repository | null, exitCode: number): void => {
    // A move that still waits came after this command: it says which branch HEAD was on until then.
    const later = waiting.find((next) => next.repository === repository && next.move.meaning.movedFrom !== undefined);
    const branch = meaning.branch ?? later?.move.meaning.movedFrom ?? repository?.branch();
    const ref = meaning.ref ?? (usesBranch.has(meaning.operation) ? `refs/heads/${branch}` : undefined);
    const sha = ref === undefined || repository === null || exitCode !== 0 ? undefined : shaOfRef(repository.dirs, ref);
    if (namesBranch.has(meaning.operation) && branch !== undefined) {
      repository?.branches?.toldBranch(branch);
      repository?.claims.told(branchKey(branch));
    }
    const isCommit = sha !== undefined && makesCommits.has(meaning.operation);
    if (isCommit) {
      // Without a reflog a ref may have moved on before its command was heard of: the next one's commit is told once,
      // and the one that was missed is found on its branch.
      if (repository?.branches?.wasTold(sha) === true) return;
      repository?.branches?.told(sha);
      repository?.claims.told(sha);
    }
    const facts = isCommit && repository !== null ? repository.describe(sha) : null;
    const isMerge = meaning.operation === 'commit' && isCommit && repository?.isMerge(sha) === true;
    const attributes = { ...meaning.attributes, ...(exitCode === 0 ? {} : { exit_code: exitCode }) };
    send(async () => {
      const found = await facts;
      const message = found?.message ?? meaning.message;
      return {
        operation: isMerge ? 'merge' : meaning.operation,
        success: exitCode === 0,
        origin: 'trace2',
        ...(branch === undefined ? {} : { branch }),
        ...(message === undefined ? {} : { message }),
        ...(sha === undefined ? {} : { sha }),
        ...sizeOf(found),
        ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
      };
    });
  };

  /** The command that a move came from: the one that just ended, else the newest recent one that fits. */
  const commandFor = ({ meaning }: Move, ended: GitCommand | null): GitCommand | undefined => {
    const fits = (command: GitCommand): boolean => {
      const verb = command.verbs.at(-1) ?? '';
      return meaning.verbs.includes(verb) && (!command.matched || movesOften.has(verb));
    };
    return ended !== null && fits(ended) ? ended : commands.findLast(fits);
  };

  const sendMove = ({ move, repository, facts }: Waiting, command: GitCommand | undefined): void => {
    const { entry, meaning, branch } = move;
    repository.branches?.told(entry.new);
    if (namesBranch.has(meaning.operation) && branch !== undefined) {
      repository.branches?.toldBranch(branch);
      repository.claims.told(branchKey(branch));
    }
    const keys = [moveKey(entry), ...(meaning.describes === 'commit' ? [entry.new] : [])];
    if (command !== undefined) for (const key of keys) repository.claims.told(key);
    // A git that reports to nobody: another run has read of it before.
    else if (keys.map((key) => repository.claims.see(key)).includes(false)) return;
    send(async () => {
      const found = await facts;
      const message = meaning.describes === null ? undefined : (found?.message ?? subjectOf(entry.message));
      return {
        operation: meaning.operation,
        success: meaning.success,
        origin: command === undefined ? 'refs' : 'trace2',
        ...(branch === undefined ? {} : { branch }),
        ...(isZero(entry.new) ? {} : { sha: entry.new }),
        ...(message === undefined ? {} : { message }),
        ...sizeOf(found),
        ...(meaning.amend === true ? { attributes: { amend: true } } : {}),
      };
    });
  };

  const readMoves = (repository: Repository): void => {
    for (const move of repository.takeMoves()) {
      const { entry, meaning } = move;
      const base = meaning.describes === 'range' && !isZero(entry.old) ? entry.old : undefined;
      // Asked for at once, because the folder may be gone a moment later.
      const facts = meaning.describes === null ? null : repository.describe(entry.new, base);
      waiting.push({ move, repository, facts, mono: clock.monotonic() });
    }
  };

  /** Hands out what was read, in order. A git may be faster than its report: its move waits for that a little. */
  const settle = (ended: GitCommand | null, patience: number): void => {
    for (let [next] = waiting; next !== undefined; [next] = waiting) {
      if (next.repository.claims.isTheirs(moveKey(next.move.entry))) {
        next.repository.branches?.told(next.move.entry.new);
        waiting.shift();
        continue;
      }
      const command = commandFor(next.move, ended);
      if (command === undefined && clock.monotonic() - next.mono < patience) return;
      waiting.shift();
      if (command !== undefined) command.matched = true;
      const { operation } = next.move.meaning;
      // A reset in a stash, a checkout in a rebase: the outer command tells of itself.
      const step = command !== undefined && isStep(command) && (operation === 'reset' || operation === 'checkout');
      if (!step) sendMove(next, command);
    }
  };

  /** What a command did that left no line in a reflog. */
  const untoldBy = (command: GitCommand, repository: Repository | null): CommandMeaning | null => {
    const verb = command.verbs.at(-1) ?? '';
    // A pull that found nothing new moves no HEAD, and is a pull nevertheless; another branch than HEAD's may be renamed.
    if (verb === 'pull' || verb === 'branch') return attemptedBy(command);
    // Reflogs are off, or the folder came and went before it could be looked at: the command's word is all there is.
    return makesCommits.has(verb) && repository?.hasLog() !== true ? claimedBy(command) : null;
  };

  const onExit = (command: GitCommand): void => {
    const now = clock.monotonic();
    commands = commands.filter(({ mono }) => now - mono < recentMs);
    const repository = repositories.at(command);
    const exitCode = command.exitCode ?? 0;
    const created = exitCode === 0 ? createdBy(command) : null;
    if (created !== null) sendCommand(created, repository, 0);
    if (repository !== null) readMoves(repository);
    settle(command, patience);
    const told = exitCode === 0 ? doneBy(command) : attemptedBy(command);
    const meaning = told ?? (exitCode === 0 && !command.matched ? untoldBy(command, repository) : null);
    if (meaning !== null) sendCommand(meaning, repository, exitCode);
    if (waiting.length > 0) poll.wake();
  };

  const onCommand = (command: GitCommand): void => {
    if (!commands.includes(command)) commands.push(command);
    const repository = repositories.at(command);
    repository?.touch();
    const verb = command.verbs.at(-1) ?? '';
    if (makesCommits.has(verb)) repository?.prepare();
    // A commit or merge that is made starts these before it exits: its effect can be read some milliseconds earlier,
    // which counts when the folder is removed right after it.
    if (repository !== null && command.verbs.length > 1 && (verb === 'maintenance' || verb === 'gc')) {
      readMoves(repository);
      settle(null, patience);
    }
  };

  const readAll = (): void => {
    for (const repository of repositories.all()) readMoves(repository);
  };

  /** What branches show that no command and no reflog told. */
  const readBranches = (): void => {
    for (const repository of repositories.all()) {
      const { created, commits } = repository.branches?.untold() ?? { created: [], commits: [] };
      for (const { branch, sha } of created) {
        if (!repository.claims.see(branchKey(branch))) continue;
        send(() => ({ operation: 'branch_create', success: true, origin: 'refs', branch, sha }));
      }
      for (const { branch, sha } of commits) {
        if (!repository.claims.see(sha)) continue;
        const facts = repository.describe(sha);
        const operation = repository.isMerge(sha) ? 'merge' : 'commit';
        send(async () => {
          const found = await facts;
          const message = found === null ? {} : { message: found.message };
          return { operation, success: true, origin: 'refs', branch, sha, ...message, ...sizeOf(found) };
        });
      }
    }
  };

  const pollOnce = async (): Promise<number> => {
    readAll();
    settle(null, patience);
    return waiting.length > 0 ? lateMs : pollMs;
  };

  repositories.at({ worktree: worktreeOf(cwd) }, true);
  const traced = configuredTrace(env);
  // An outer run's socket is not a person's: the inner run is the nearer one to tell.
  const outer = env['TELLTALE_RUN_ID'] !== undefined && traced?.target.startsWith('af_unix:') === true;
  // Git reports to one place only: what is the person's is written on there. Where it cannot be, theirs stays as it is,
  // and the reflogs alone tell what happened.
  const trace = traced === null || outer ? null : openOwnTrace(traced.target);
  const free = traced === null || outer || trace !== null;
  const own = trace === null ? undefined : { trace, variables: traced?.variables };
  const openSocket = (at: string) =>
    openTraceSocket({ folder: at, runId, own, clock, listener: { onCommand, onExit } }).catch((error: unknown) => {
      log.warn({ err: error }, 'git cannot report; only its reflogs are read');
      return null;
    });
  const socket = free && folder !== null ? await openSocket(folder) : null;
  const patience = socket === null ? 0 : lateMs;
  const poll = startLoop({ name: 'git reflogs', turn: pollOnce, everyMs: pollMs, clock, log });

  return {
    environment: socket?.environment ?? {},
    async finish() {
      await socket?.close();
      await poll[Symbol.asyncDispose]();
      // A repository that was made without a word.
      repositories.at({ worktree: worktreeOf(cwd) });
      readAll();
      settle(null, 0);
      readBranches();
      await tail;
      for (const repository of repositories.all()) repository.close();
    },
  };
}
