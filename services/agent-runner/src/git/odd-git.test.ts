import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bash, ofKind, plainEnvironment, watchCommand } from '../test-support/watch-command.ts';
import { withoutCredentials } from './command-line.ts';
import { gitDirsOf } from './find-git-dir.ts';
import { currentBranch } from './read-refs.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'odd-git-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const freshFolder = (): string => mkdtempSync(join(folder, 'repo-'));
const init = 'git init -q -b main .; git commit -q --allow-empty -m zero\n';
const prepared = (script: string): string => {
  const cwd = freshFolder();
  execFileSync('bash', ['-ec', script], { cwd, env: plainEnvironment });
  return cwd;
};

/** What is told of the git of a script: operation, branch and either its message or that it failed. */
async function toldOf(
  script: string,
  { cwd = freshFolder(), env = {} }: { cwd?: string; env?: Record<string, string> } = {},
) {
  const watched = await watchCommand(bash(script), { cwd, env: { ...plainEnvironment, ...env } });
  const activities = ofKind(watched.records, 'git_activity');
  return {
    activities,
    words: activities.map(({ operation, branch, message, success }) =>
      [operation, branch, success ? message : 'failed'].filter((word) => word !== undefined).join(' '),
    ),
  };
}

test('hooks from elsewhere, and what they refuse', async () => {
  const { words } = await toldOf(`${init} mkdir h; git config core.hooksPath h
    printf '#!/bin/sh\\nexit 1\\n' > h/pre-commit; chmod +x h/pre-commit
    git commit -q --allow-empty -m refused || true; git commit -q --no-verify --allow-empty -m forced`);
  // Two gits report beside each other: on a busy machine the later one may be heard first.
  expect(words.toSorted()).toEqual(['commit main failed', 'commit main forced', 'commit main zero']);
});

test('a trace that the person’s configuration asks for is theirs, and holds nothing of ours', async () => {
  const home = freshFolder();
  const trace = join(home, 'trace.json');
  writeFileSync(join(home, '.gitconfig'), `[trace2]\n\teventTarget = ${trace}\n`);
  const { words, activities } = await toldOf(`${init} git checkout -q -b feat`, { env: { HOME: home } });
  expect(words).toEqual(['commit main zero', 'branch_create feat', 'checkout feat']);
  expect(activities.every(({ origin }) => origin === 'trace2')).toBe(true);
  const verbs = readFileSync(trace, 'utf8').match(/"event":"cmd_name".*?"name":"[^"]+"/g) ?? [];
  expect(verbs.map((line) => /"name":"([^"]+)"$/.exec(line)?.[1])).toEqual(
    expect.arrayContaining(['init', 'commit', 'checkout']),
  );
  expect(readFileSync(trace, 'utf8')).not.toContain('diff-tree');
});

test('submodules, worktrees and repositories that lie elsewhere are told with all that is known of a commit', async () => {
  const library = prepared(init);
  const { activities } = await toldOf(`${init}
    git -c protocol.file.allow=always submodule --quiet add ${library} lib; git commit -qm 'add lib'
    (cd lib; echo x > x; git add x; git commit -qm 'in the submodule')
    git worktree add -q ../tree-$$ -b side; (cd ../tree-$$; echo y > y; git add y; git commit -qm 'in the worktree')
    mkdir far; (cd far; git init -q -b main --separate-git-dir ../../far-$$.git .; echo a > a; git add a; git commit -qm 'far away')
    mkdir named; git init -q -b main --bare ../named-$$.git
    export GIT_DIR=$PWD/../named-$$.git GIT_WORK_TREE=$PWD/named; echo a > named/a; git add a; git commit -qm 'by variables'
    unset GIT_DIR GIT_WORK_TREE; echo b > named/b
    git --git-dir=$PWD/../named-$$.git --work-tree=named add b; git --git-dir $PWD/../named-$$.git --work-tree=named commit -qm 'by options'`);
  const commits = activities.filter(({ operation }) => operation === 'commit');
  const told = commits.map((one) => `${one.branch}: ${one.message} (${one.files_changed}, ${one.sha?.length})`);
  expect(told.toSorted()).toEqual([
    'main: add lib (2, 40)',
    'main: by options (1, 40)',
    'main: by variables (1, 40)',
    'main: far away (1, 40)',
    'main: in the submodule (1, 40)',
    'main: zero (0, 40)',
    'side: in the worktree (1, 40)',
  ]);
});

test('a detached HEAD is on no branch', async () => {
  const { activities } = await toldOf(`${init} git update-ref refs/remotes/origin/main main
    git checkout -q --detach; echo a > a; git add a; git commit -qm lone; git checkout -q origin/main; git switch -q main`);
  expect(activities.map(({ operation, branch }) => [operation, branch])).toEqual([
    ['commit', 'main'],
    ['checkout', undefined],
    ['commit', undefined],
    ['checkout', undefined],
    ['checkout', 'main'],
  ]);
});

test('a rebase with a conflict fails, and is told again when it was given up and when it came through', async () => {
  const cwd =
    prepared(`${init} echo a > f; git add f; git commit -qm a; git checkout -q -b feat; echo b > f; git commit -qam b
    git checkout -q main; echo c > f; git commit -qam c; git checkout -q feat`);
  const script = `git rebase -q main || true; git rebase --abort; git rebase -q main || true
    echo d > f; git add f; GIT_EDITOR=true git rebase --continue; git checkout -q main; git merge -q --no-ff -m merged feat`;
  const { words } = await toldOf(`exec 2> /dev/null; ${script}`, { cwd });
  expect(words.toSorted()).toEqual([
    'checkout main',
    'merge main merged',
    'rebase feat',
    'rebase feat failed',
    'rebase feat failed',
    'rebase feat failed',
  ]);
});

test('a repository that git does not trust is told as a failure, and read where the person trusts it', async () => {
  const cwd = prepared(`${init} chown -R 1234:1234 . 2> /dev/null || true`);
  const refuses = process.geteuid?.() === 0;
  const { words } = await toldOf(
    `exec 2> /dev/null; git commit -q --allow-empty -m 'not trusted' || true; echo a > a
     git -c safe.directory='*' add a; git -c safe.directory='*' commit -q -m trusted; cd /; git commit -q -m nowhere || true`,
    { cwd },
  );
  expect(words.toSorted()).toEqual(
    [refuses ? 'commit failed' : 'commit main not trusted', 'commit main trusted', 'commit failed'].toSorted(),
  );
});

test('a failed push, fetch or clone is one activity each, without what its address gives away', async () => {
  const away = 'https://lovelace:p@ss:hunter2@127.0.0.1:1/z.git';
  const { activities } =
    await toldOf(`exec 2> /dev/null; ${init} git push -q ${away} main || true; git fetch -q ${away} || true
    git clone -q ${away} q || true; git remote add origin ${away}; git push -q origin main || true; git pull -q origin main || true`);
  const told = activities.map(
    ({ operation, success, attributes }) => `${operation} ${success} ${String(attributes?.['remote'])}`,
  );
  expect(told.toSorted()).toEqual([
    'clone false https://127.0.0.1:1/z.git',
    'commit true undefined',
    'fetch false https://127.0.0.1:1/z.git',
    'pull false origin',
    'push false https://127.0.0.1:1/z.git',
    'push false origin',
  ]);
  expect(JSON.stringify(activities)).not.toMatch(/lovelace|hunter2/);
  expect(withoutCredentials('git@host:path')).toBe('git@host:path');
});

test('commits that somebody else made are not told as the run’s when they are cloned, fetched or pulled', async () => {
  const shared = prepared('git init -q -b main --bare .');
  const theirs = prepared(
    `git clone -q ${shared} . 2> /dev/null; git checkout -q -b main; git commit -q --allow-empty -m first; git push -q origin main`,
  );
  const mine = prepared(`git clone -q ${shared} .`);
  const { words } = await toldOf(
    `(cd ${theirs}; for i in 1 2 3; do env -u GIT_TRACE2_EVENT git commit -q --allow-empty -m "theirs $i"; done; env -u GIT_TRACE2_EVENT git push -q origin main)
     git pull -q origin main; git clone -q ${shared} ../copy-$$; git commit -q --allow-empty -m mine`,
    { cwd: mine },
  );
  expect(words.filter((word) => word.startsWith('commit'))).toEqual(['commit main mine']);
  expect(words).toContain('pull main theirs 3');
});

test('names and settings of all kinds', async () => {
  const { words, activities } = await toldOf(`mkdir 'a b ü'; cd 'a b ü'; git init -q -b 'haupt/ä' .
    git config core.quotepath true; git config core.abbrev 4; git config core.pager false; git config color.ui always
    git config i18n.commitEncoding latin1; git config commit.template nowhere; git config alias.commit log
    echo x > 'ö x'; git add .; git commit -qm 'größe "q"'`);
  expect(words).toEqual(['commit haupt/ä größe "q"']);
  expect(activities[0]).toMatchObject({ files_changed: 1, insertions: 1 });
});

test('where refs are kept in another form, HEAD names no branch', () => {
  const cwd = freshFolder();
  mkdirSync(join(cwd, '.git'));
  writeFileSync(join(cwd, '.git/HEAD'), 'ref: refs/heads/.invalid\n');
  const dirs = gitDirsOf(cwd);
  expect(dirs === null ? 'no repository' : currentBranch(dirs)).toBeNull();
});
