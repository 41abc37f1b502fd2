import { globalsOf, optionValue, verbOf } from './command-line.ts';

/** One git process as it tells of itself. */
export type GitCommand = {
  argv: readonly string[];
  /** The verbs from the outermost command to this one, such as `["stash", "reset"]`; aliases are left out. */
  verbs: readonly string[];
  worktree: string | null;
  /** The git folder that it was told to use, as it was said: by an option or a variable. */
  gitDir: string | null;
  /** Milliseconds of the monotonic clock when it was last heard of. */
  mono: number;
  exitCode: number | null;
  /** A line of the reflog was put down to it. */
  matched: boolean;
};

export type TraceListener = {
  /** The process named itself and its repository, and has not ended. */
  onCommand(command: GitCommand): void;
  onExit(command: GitCommand): void;
};

/** `_run_…_` in between stands for an alias or a wrapper; at the end it is a process that has no verb of its own. */
const verbsIn = (hierarchy: string): string[] =>
  hierarchy.split('/').filter((verb, at, all) => !verb.startsWith('_') || at === all.length - 1);

const wanted = /^\{"event":"(?:start|cmd_name|def_param|def_repo|exit|signal)"/;

/** Reads the trace2 lines of one git process, which come over one connection. */
export function createTraceReader({ now, listener }: { now: () => number; listener: TraceListener }) {
  const command: GitCommand = {
    argv: [],
    verbs: [],
    worktree: null,
    gitDir: null,
    mono: now(),
    exitCode: null,
    matched: false,
  };

  const apply = (event: Record<string, unknown>): void => {
    command.mono = now();
    switch (event['event']) {
      case 'start':
        command.argv = Array.isArray(event['argv']) ? event['argv'].map(String) : [];
        command.gitDir = optionValue(globalsOf(command.argv), ['--git-dir']) ?? null;
        return;
      case 'def_param':
        if (event['param'] === 'GIT_DIR') command.gitDir ??= String(event['value']);
        return;
      case 'cmd_name':
        command.verbs = verbsIn(String(event['hierarchy'] ?? event['name']));
        break;
      case 'def_repo':
        command.worktree = typeof event['worktree'] === 'string' ? event['worktree'] : null;
        break;
      case 'exit':
      case 'signal':
        if (command.exitCode !== null) return;
        command.exitCode = typeof event['code'] === 'number' ? event['code'] : 128 + Number(event['signo'] ?? 0);
        // It failed before it named itself: it is in no repository, or in one that it does not trust.
        if (command.verbs.length === 0 && command.exitCode !== 0) command.verbs = [verbOf(command.argv) ?? ''];
        listener.onExit(command);
        return;
      default:
        return;
    }
    if (command.worktree !== null) listener.onCommand(command);
  };

  return (line: string): void => {
    if (!wanted.test(line)) return;
    try {
      apply(JSON.parse(line) as Record<string, unknown>);
    } catch {
      // A line that was cut short by a killed git: what it said is lost, the reflog still tells what it did.
    }
  };
}
