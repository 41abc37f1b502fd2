import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gitDirsOf } from './find-git-dir.ts';
import { createRepository } from './repository.ts';
import { bash, ofKind, plainEnvironment, watchCommand, type Watched } from '../test-support/watch-command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'git-watcher-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const freshFolder = (): string => mkdtempSync(join(folder, 'repo-'));
const gitOf = ({ records }: Watched) => ofKind(records, 'git_activity');
const operationsOf = (watched: Watched) => gitOf(watched).map(({ operation }) => operation);
const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, env: plainEnvironment, encoding: 'utf8' }).trim();

/** Three commits and a merge on two branches. */
const work = `
  git init -q -b main .
  echo a > a; git add a; git commit -qm one
  git checkout -q -b feat; printf 'b\\nc\\n' > b; echo z >> a; git add .; git commit -qm $'two\\n\\nwith a body'
  git checkout -q main; echo c > c; git add c; git commit -qm three
  git merge -q feat -m 'merge it'`;

test('a branch that gets another name is told of once, whether HEAD is on it or not', async () => {
  const cwd = freshFolder();
  git(cwd, 'init', '-q', '-b', 'main', '.');
  git(cwd, 'commit', '-q', '--allow-empty', '-m', 'one');
  const sha = git(cwd, 'rev-parse', 'HEAD');
  const script = 'git switch -q -c x; git branch -m x y; git branch -m z; git branch k; git branch -m k k2';
  const watched = await watchCommand(bash(script), { cwd });
  const told = gitOf(watched).filter(({ operation }) => operation.startsWith('branch_'));
  expect(told.map(({ operation, branch }) => `${operation} ${branch}`)).toEqual([
    'branch_create x',
    'branch_rename y',
    'branch_rename z',
    'branch_create k',
    'branch_rename k2',
  ]);
  // Git may be faster than the look at a name that it changes again; the last ones stay.
  expect(told.filter(({ branch }) => branch === 'z' || branch === 'k2').map(({ sha: at }) => at)).toEqual([sha, sha]);
});

describe('three commits and a merge on two branches', () => {
  test('are four activities with sha, branch and files, and nothing is counted twice', async () => {
    const cwd = freshFolder();
    const watched = await watchCommand(bash(`${work}\necho 'Committed 2 files'\necho 'Switched to branch: main'`), {
      cwd,
    });
    const commits = gitOf(watched).filter(({ operation }) => operation === 'commit' || operation === 'merge');
    expect(
      commits.map(({ operation, branch, message, files_changed, insertions, deletions, origin }) => [
        operation,
        branch,
        message,
        files_changed,
        insertions,
        deletions,
        origin,
      ]),
    ).toEqual([
      ['commit', 'main', 'one', 1, 1, 0, 'trace2'],
      ['commit', 'feat', 'two\n\nwith a body', 2, 3, 0, 'trace2'],
      ['commit', 'main', 'three', 1, 1, 0, 'trace2'],
      ['merge', 'main', 'merge it', 2, 3, 0, 'trace2'],
    ]);
    const shas = git(cwd, 'rev-list', '--all', '--topo-order', '--reverse').split('\n');
    expect(new Set(commits.map(({ sha }) => sha))).toEqual(new Set(shas));
    expect(operationsOf(watched).toSorted()).toEqual([
      'branch_create',
      'checkout',
      'checkout',
      'commit',
      'commit',
      'commit',
      'merge',
    ]);
  });

  test('are each told once when the folder is removed at once', async () => {
    const cwd = freshFolder();
    const watched = await watchCommand(bash(`mkdir x; cd x; ${work}\ncd ..; rm -rf x`), { cwd });
    const commits = operationsOf(watched).filter((operation) => operation === 'commit' || operation === 'merge');
    expect(commits).toEqual(['commit', 'commit', 'commit', 'merge']);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('are read in full in the moment before the folder vanishes', async () => {
    const cwd = freshFolder();
    git(cwd, 'init', '-q', '-b', 'main', '.');
    const dirs = gitDirsOf(cwd);
    if (dirs === null) throw new Error('there is a repository');
    const repository = createRepository({
      dirs,
      branches: null,
      claims: { told: () => undefined, see: () => true, isTheirs: () => false },
      startedAt: Date.now(),
      watchedFromStart: true,
      env: plainEnvironment,
    });
    execFileSync('bash', ['-ec', work], { cwd, env: plainEnvironment });
    const asked = repository.takeMoves().map(({ entry, branch, meaning }) => ({
      told: [meaning.operation, branch, entry.new.length],
      facts: meaning.describes === null ? null : repository.describe(entry.new),
    }));
    rmSync(cwd, { recursive: true });
    const told = await Promise.all(asked.map(async ({ told, facts }) => [...told, (await facts)?.filesChanged]));
    repository.close();
    expect(told).toEqual([
      ['commit', 'main', 40, 1],
      ['checkout', 'feat', 40, undefined],
      ['commit', 'feat', 40, 2],
      ['checkout', 'main', 40, undefined],
      ['commit', 'main', 40, 1],
      ['merge', 'main', 40, 2],
    ]);
  });

  test('are known from the reflog alone when git does not report', async () => {
    const cwd = freshFolder();
    const silent = work.replaceAll('git ', 'env -u GIT_TRACE2_EVENT git ');
    const watched = await watchCommand(bash(silent), { cwd });
    expect(operationsOf(watched)).toEqual(['commit', 'checkout', 'commit', 'checkout', 'commit', 'merge']);
    expect(new Set(gitOf(watched).map(({ origin }) => origin))).toEqual(new Set(['refs']));
    expect(gitOf(watched).map(({ branch }) => branch)).toEqual(['main', 'feat', 'feat', 'main', 'main', 'main']);
  });

  test('are known from the branches alone when there is neither report nor reflog', async () => {
    const cwd = freshFolder();
    git(cwd, 'init', '-q', '-b', 'main', '.');
    git(cwd, 'config', 'core.logAllRefUpdates', 'false');
    git(cwd, 'commit', '-q', '--allow-empty', '-m', 'before');
    const silent = work.replace(/git init.*/, '').replaceAll('git ', 'env -u GIT_TRACE2_EVENT git ');
    const watched = await watchCommand(bash(`echo a > a; ${silent}`), { cwd });
    expect(
      gitOf(watched)
        .map(({ operation, branch, origin }) => [operation, branch, origin])
        .toSorted(),
    ).toEqual([
      ['branch_create', 'feat', 'refs'],
      ['commit', 'feat', 'refs'],
      ['commit', 'feat', 'refs'],
      ['commit', 'main', 'refs'],
      ['merge', 'main', 'refs'],
    ]);
  });

  test('are known from the commands when reflogs are off', async () => {
    const cwd = freshFolder();
    const watched = await watchCommand(
      bash(work.replace('git init -q -b main .', '$&; git config core.logAllRefUpdates false')),
      { cwd },
    );
    const commits = gitOf(watched).filter(({ operation }) => operation === 'commit' || operation === 'merge');
    // A commit that was missed while the next one was made comes at the end, from its branch.
    const told = commits.map(({ operation, sha, success }) => [operation, sha?.length, success]);
    expect(new Set(commits.map(({ sha }) => sha)).size).toBe(4);
    expect(told.toSorted()).toEqual([
      ['commit', 40, true],
      ['commit', 40, true],
      ['commit', 40, true],
      ['merge', 40, true],
    ]);
  });

  test('leave a person’s own trace where it was', async () => {
    const cwd = freshFolder();
    const trace = join(folder, 'own-trace.json');
    const env = { ...plainEnvironment, GIT_TRACE2_EVENT: trace };
    const watched = await watchCommand(bash(work), { cwd, env });
    expect(gitOf(watched).every(({ origin }) => origin === 'trace2')).toBe(true);
    const told = operationsOf(watched).filter((operation) => operation === 'commit' || operation === 'merge');
    expect(told).toEqual(['commit', 'commit', 'commit', 'merge']);
    const lines = readFileSync(trace, 'utf8').trimEnd().split('\n');
    expect(lines.every((line) => Object.hasOwn(JSON.parse(line) as object, 'event'))).toBe(true);
    expect(lines.filter((line) => /"event":"cmd_name".*"name":"commit"/.test(line))).toHaveLength(3);
  });

  test('see a repository that is made below, and what fails in it, where a folder gets a person’s own trace', async () => {
    const cwd = freshFolder();
    const traces = mkdtempSync(join(folder, 'traces-'));
    const env = { ...plainEnvironment, GIT_TRACE2_EVENT: traces };
    const script =
      'git init -q -b main below; cd below; git commit -q --allow-empty -m one; git push -q nowhere || true';
    const watched = await watchCommand(bash(script), { cwd, env });
    expect(gitOf(watched).map(({ operation, success }) => [operation, success])).toEqual([
      ['commit', true],
      ['push', false],
    ]);
    const files = readdirSync(traces).map((name) => readFileSync(join(traces, name), 'utf8'));
    expect(files.filter((text) => text.includes('"name":"push"') && text.includes('"event":"exit"'))).toHaveLength(1);
  });

  test('leave one alone that nobody else can write', async () => {
    const cwd = freshFolder();
    const env = { ...plainEnvironment, GIT_TRACE2_EVENT: '1' };
    const watched = await watchCommand(bash('git init -q -b main .; git commit -q --allow-empty -m one'), { cwd, env });
    expect(gitOf(watched).map(({ operation, origin }) => [operation, origin])).toEqual([['commit', 'refs']]);
  });
});

test('what was there before the run is not the run’s', async () => {
  const cwd = freshFolder();
  git(cwd, 'init', '-q', '-b', 'main', '.');
  git(cwd, 'commit', '-q', '--allow-empty', '-m', 'before');
  const old = freshFolder();
  git(old, 'init', '-q', '-b', 'main', '.');
  git(old, '-c', 'user.name=x', 'commit', '-q', '--allow-empty', '-m', 'before', '--date=2020-01-01T00:00:00Z');
  const watched = await watchCommand(bash(`git -C ${old} status > /dev/null; git commit -q --allow-empty -m now`), {
    cwd,
  });
  expect(gitOf(watched).map(({ operation, message }) => [operation, message])).toEqual([['commit', 'now']]);
  const env = { ...plainEnvironment, GIT_COMMITTER_DATE: '2001-01-01T00:00:00Z' };
  const backdated = await watchCommand(bash('git commit -q --allow-empty -m backdated'), { cwd, env });
  expect(gitOf(backdated).map(({ message }) => message)).toEqual(['backdated']);
});

describe('other operations', () => {
  const prepare = (): string => {
    const cwd = freshFolder();
    git(cwd, 'init', '-q', '-b', 'main', '.');
    execFileSync(
      'bash',
      [
        '-c',
        'echo a > a; git add a; git commit -qm one; git branch old; git init -q --bare ../remote-$$.git; git remote add origin ../remote-$$.git',
      ],
      {
        cwd,
        env: plainEnvironment,
      },
    );
    return cwd;
  };
  const watch = (script: string, cwd = prepare()) => watchCommand(bash(script), { cwd });

  test('stash, tag, reset, rebase, worktree, push and pull are each one activity', async () => {
    const watched = await watch(`
      echo b >> a; git stash -q; git stash pop -q; git reset -q --hard
      git tag -m note v1
      git checkout -q -b feat; git commit -q --allow-empty -m f
      git checkout -q main; git commit -q --allow-empty -m m
      git rebase -q feat
      git worktree add -q ../wt-$$ -b wt 2>/dev/null; git -C ../wt-$$ commit -q --allow-empty -m in-worktree
      git push -q origin main; git pull -q origin main
      git branch -q -m old older; git branch -q -D older`);
    expect(gitOf(watched).map(({ operation, branch, success }) => [operation, branch, success])).toEqual([
      ['stash', 'main', true],
      ['stash', 'main', true],
      ['reset', 'main', true],
      ['tag', 'main', true],
      ['branch_create', 'feat', true],
      ['checkout', 'feat', true],
      ['commit', 'feat', true],
      ['checkout', 'main', true],
      ['commit', 'main', true],
      ['rebase', 'main', true],
      ['branch_create', 'wt', true],
      ['worktree', 'wt', true],
      ['commit', 'wt', true],
      ['push', 'main', true],
      ['pull', 'main', true],
      ['branch_rename', 'older', true],
      ['branch_delete', 'older', true],
    ]);
    const [push] = gitOf(watched).filter(({ operation }) => operation === 'push');
    expect(push?.sha).toMatch(/^[0-9a-f]{40}$/);
  });

  test('failures are told as such, with the exit code', async () => {
    const watched = await watch(
      'git commit -qm nothing >/dev/null || true; git checkout -q nowhere 2>/dev/null || true; git push -q nowhere main 2>/dev/null || true',
    );
    expect(
      gitOf(watched).map(({ operation, success, attributes }) => [operation, success, attributes?.['exit_code']]),
    ).toEqual([
      ['commit', false, 1],
      ['checkout', false, 1],
      ['push', false, 128],
    ]);
  });

  test('an amended commit, a cherry-pick and a fast-forward tell what they brought', async () => {
    const watched = await watch(`
      git checkout -q -b feat; echo b > b; git add b; git commit -qm b; echo c >> b; git commit -qa --amend -m b2
      git checkout -q main; git merge -q --ff-only feat
      git checkout -q old; git cherry-pick feat > /dev/null`);
    const told = gitOf(watched).filter(({ operation }) => !['checkout', 'branch_create'].includes(operation));
    expect(
      told.map(({ operation, branch, message, files_changed, insertions }) => [
        operation,
        branch,
        message,
        files_changed,
        insertions,
      ]),
    ).toEqual([
      ['commit', 'feat', 'b', 1, 1],
      ['commit', 'feat', 'b2', 1, 2],
      ['merge', 'main', 'b2', 1, 2],
      ['cherry-pick', 'old', 'b2', 1, 2],
    ]);
    expect(told[1]?.attributes).toEqual({ amend: true });
  });

  test('an alias and a hook are seen through', async () => {
    const watched = await watch(`
      git config alias.ci 'commit -q'; git config alias.tagit '!git tag'
      printf '#!/bin/sh\\ngit tag from-hook\\n' > .git/hooks/post-commit; chmod +x .git/hooks/post-commit
      git ci --allow-empty -m aliased; git tagit by-alias`);
    expect(
      gitOf(watched).map(({ operation, message, attributes }) => [operation, message ?? attributes?.['tag']]),
    ).toEqual([
      ['commit', 'aliased'],
      ['tag', 'from-hook'],
      ['tag', 'by-alias'],
    ]);
  });

  test('no credentials of a URL leave, even in full', async () => {
    const cwd = prepare();
    const script = 'git push -q https://ada:hunter2@127.0.0.1:1/x.git main 2>/dev/null || true';
    const watched = await watchCommand(bash(script), { cwd, capture: 'full' });
    expect(JSON.stringify(gitOf(watched))).not.toContain('hunter2');
    expect(gitOf(watched)[0]).toMatchObject({
      operation: 'push',
      success: false,
      attributes: { remote: 'https://127.0.0.1:1/x.git' },
    });
  });

  test('many commits in a row are all there, in order', async () => {
    const watched = await watch('for i in $(seq 60); do git commit -q --allow-empty -m "c $i"; done');
    expect(gitOf(watched).map(({ message }) => message)).toEqual(Array.from({ length: 60 }, (_, at) => `c ${at + 1}`));
  });
});
