import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bash, ofKind, plainEnvironment, watchCommand } from '../test-support/watch-command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'side-by-side-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A repository with a second working tree of a branch of its own. */
function repository(): { main: string; side: string; gate: string } {
  const at = mkdtempSync(join(folder, 'repo-'));
  const script =
    'git init -q -b main main; cd main; git commit -q --allow-empty -m zero; git worktree add -q ../side -b side';
  execFileSync('bash', ['-ec', script], { cwd: at, env: plainEnvironment });
  return { main: join(at, 'main'), side: join(at, 'side'), gate: join(at, 'gate') };
}

const commitsOf = async (script: string, cwd: string): Promise<string[]> => {
  const { records } = await watchCommand(bash(script), { cwd, env: plainEnvironment });
  return ofKind(records, 'git_activity').flatMap(({ operation, message }) =>
    operation === 'commit' ? [message ?? ''] : [],
  );
};

/** Waits as long as the other one works, which a run does not see. */
const waiting = (gate: string): string => `echo > ${gate}.up; while [ ! -e ${gate} ]; do sleep 0.05; done`;

test.each(['side', 'main'] as const)(
  'what another run of this machine commits in the same repository (%s) is its own alone',
  async (where) => {
    const { main, gate, ...trees } = repository();
    const cwd = where === 'main' ? main : trees.side;
    const idle = commitsOf(`${waiting(gate)}; git commit -q --allow-empty -m mine`, main);
    await until(() => existsSync(`${gate}.up`));
    expect(await commitsOf('git commit -q --allow-empty -m theirs', cwd)).toEqual(['theirs']);
    writeFileSync(gate, '');
    expect(await idle).toEqual(['mine']);
  },
);

test('what a person commits beside a run, in a terminal of theirs, is told of the run that works there alone', async () => {
  const { main, gate } = repository();
  const idle = commitsOf(waiting(gate), main);
  await until(() => existsSync(`${gate}.up`));
  execFileSync('git', ['commit', '-q', '--allow-empty', '-m', 'by hand'], { cwd: main, env: plainEnvironment });
  writeFileSync(gate, '');
  expect(await idle).toEqual(['by hand']);
});
