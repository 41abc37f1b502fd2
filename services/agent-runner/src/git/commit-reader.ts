import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { createLineSplitter } from '../output/line-splitter.ts';

export type CommitFacts = { message: string; filesChanged: number; insertions: number; deletions: number };

export type CommitReader = {
  /** A commit is about to be made: be ready to read it. */
  prepare(): void;
  /** What a commit holds, against its first parent or against `base`. Null when it cannot be read. */
  describe(sha: string, base?: string): Promise<CommitFacts | null>;
  close(): void;
};

/** Nothing that a repository configures may run a program, ask the network or change how the answer looks. */
const safeConfig = [
  'core.quotePath=false',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'log.showSignature=false',
  'protocol.allow=never',
  'safe.directory=*',
].flatMap((setting) => ['-c', setting]);

/** Of the environment only what git needs to run; above all not what makes it report to the watcher. */
function gitEnvironment(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {
    GIT_OPTIONAL_LOCKS: '0',
    // A person's configuration may have every git traced; what we ask is nobody's.
    GIT_TRACE2: '0',
    GIT_TRACE2_EVENT: '0',
    GIT_TRACE2_PERF: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH']) if (env[name] !== undefined) kept[name] = env[name];
  return kept;
}

type Pending = { lines: string[]; settle: (facts: CommitFacts | null) => void; end: string };
type Git = ChildProcessByStdio<Writable, Readable, null>;

/**
 * One `git diff-tree --stdin` per repository answers for all its commits: it is already running when a commit is made,
 * so that the commit is read within a millisecond or two, before its folder may be removed. It only reads.
 */
export function createCommitReader({
  gitDir,
  env,
}: {
  gitDir: string;
  env: Readonly<Record<string, string | undefined>>;
}): CommitReader {
  const pending: Pending[] = [];
  let requests = 0;
  let over = false;

  const giveUp = (): void => {
    over = true;
    for (const { settle } of pending.splice(0)) settle(null);
  };

  const takeLine = (text: string): void => {
    const [current] = pending;
    if (current === undefined) return;
    if (text !== current.end) {
      current.lines.push(text);
      return;
    }
    pending.shift();
    current.settle(parseAnswer(current.lines));
  };

  const start = (): Git => {
    const options = [
      '-r',
      '-m',
      '--root',
      '-M',
      '--shortstat',
      '--always',
      '--no-ext-diff',
      '--no-textconv',
      '--no-color',
    ];
    const format = '--format=%x01%H%x02%B%x03';
    const argv = [`--git-dir=${gitDir}`, ...safeConfig, 'diff-tree', '--stdin', ...options, format];
    const git = spawn('git', argv, { cwd: '/', env: gitEnvironment(env), stdio: ['pipe', 'pipe', 'ignore'] });
    const splitter = createLineSplitter({
      keep: () => 256 * 1024,
      onLine: ({ bytes }) => takeLine(bytes.toString('utf8')),
    });
    git.stdout.on('data', (chunk: Buffer) => splitter.push(chunk));
    // Without git there are no facts about commits; the reflog is still read.
    git.on('error', giveUp);
    git.stdin.on('error', giveUp);
    git.on('exit', giveUp);
    return git;
  };
  let git: Git | undefined;

  return {
    prepare() {
      git ??= start();
    },
    describe(sha, base) {
      if (over) return Promise.resolve(null);
      requests += 1;
      const end = `end ${requests}`;
      return new Promise((settle) => {
        pending.push({ lines: [], settle, end });
        // A line that is no object id comes back as it is, after all that was asked before it.
        git ??= start();
        git.stdin.write(`${base === undefined ? sha : `${sha} ${base}`}\n${end}\n`);
      });
    },
    close() {
      git?.stdin.end();
      git?.kill('SIGTERM');
      giveUp();
    },
  };
}

const stat = /^ (\d+) files? changed(?:, (\d+) insertions?\(\+\))?(?:, (\d+) deletions?\(-\))?$/;

/** `\x01sha\x02message\x03`, an empty line and the numbers; a merge has that once per parent, and the first counts. */
function parseAnswer(lines: readonly string[]): CommitFacts | null {
  const text = lines.join('\n');
  const [, first] = text.split('\u0001');
  const bodyAt = first?.indexOf('\u0002') ?? -1;
  const bodyEnd = first?.lastIndexOf('\u0003') ?? -1;
  if (first === undefined || bodyAt === -1 || bodyEnd < bodyAt) return null;
  const numbers = first
    .slice(bodyEnd + 1)
    .split('\n')
    .map((line) => stat.exec(line))
    .find((match) => match !== null);
  return {
    message: first.slice(bodyAt + 1, bodyEnd).trim(),
    filesChanged: Number(numbers?.[1] ?? 0),
    insertions: Number(numbers?.[2] ?? 0),
    deletions: Number(numbers?.[3] ?? 0),
  };
}
