import { execFileSync } from 'node:child_process';
import type { ArtifactStoreClient } from '@telltale/clients/artifact-store-client';
import type { LLMClient } from '@telltale/clients/llm-client';
import type { TaskRegistryClient } from '@telltale/clients/task-registry-client';
import { writeGeneratedFiles } from '@telltale/clients/write-generated-files';
import type { TaskFile } from './inputs.ts';
import { repositoryContext } from './repository-context.ts';
import { runTests, type TestResult } from './run-tests.ts';

export type GenerateDeps = {
  llm: Pick<LLMClient, 'generateCode'>;
  registry: Pick<TaskRegistryClient, 'addEvent'>;
  store: Pick<ArtifactStoreClient, 'uploadText'>;
  workspace: string;
  /** How a repository is tested: what its own files say, and nobody who asks for a change; null when they say nothing. */
  testsOf: (workspace: string) => string[] | null;
  env: Readonly<Record<string, string | undefined>>;
  say: (line: string) => void;
};

/** The model gets its failed tests to see this often. */
const mostRounds = 3;

const person = { name: 'Telltale codegen', email: 'codegen@telltale.invalid' };

/** Commits everything that is not ignored; hooks of the repository have no say. The commit, or null without a change. */
function commitAll(workspace: string, message: string): string | null {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'core.hooksPath=/dev/null', ...args], { cwd: workspace, encoding: 'utf8' }).trim();
  git('add', '--all');
  if (git('status', '--porcelain') === '') return null;
  const who = ['-c', `user.name=${person.name}`, '-c', `user.email=${person.email}`];
  git(...who, 'commit', '--quiet', '--no-verify', '-m', message);
  return git('rev-parse', 'HEAD');
}

/** The first line that says something; git takes no empty message. */
const subjectOf = (text: string): string =>
  (text.split('\n').find((line) => line.trim() !== '') ?? 'A generated change').trim().slice(0, 72);

/**
 * Has a model change the repository until its tests pass, and commits that. True when it is done; false when the tests
 * still fail after some rounds: nothing is committed then. Throws RunnerError when the model cannot be asked or answers
 * what must not be written.
 */
export async function generate(deps: GenerateDeps, { task_id, inputs }: TaskFile): Promise<boolean> {
  const { llm, registry, store, workspace, testsOf, env, say } = deps;
  const command = testsOf(workspace);
  let prompt = `${inputs.prompt}\n\n${repositoryContext(workspace)}`;
  let result: TestResult | null = null;
  for (let round = 1; round <= mostRounds; round += 1) {
    const answer = await llm.generateCode(prompt, workspace);
    await writeGeneratedFiles(workspace, answer.files);
    const paths = answer.files.map(({ path }) => path);
    say(`round ${round}: ${answer.explanation ?? 'files were written'} (${paths.join(', ')})`);
    const { model, tokens_used } = answer;
    await registry.addEvent(task_id, 'files_written', { round, files: paths.slice(0, 100), model, tokens_used });
    if (command === null) break;
    result = await runTests(command, { workspace, env });
    await registry.addEvent(task_id, 'tests', { round, exit_code: result.exit_code, passed: result.passed });
    if (result.passed) break;
    prompt = `${inputs.prompt}\n\n${repositoryContext(workspace)}\n\nThe tests fail:\n${result.output}`;
  }
  if (result !== null) {
    await store.uploadText('test_result', `${JSON.stringify(result, null, 2)}\n`, { passed: result.passed });
    if (!result.passed) return false;
  } else say('the repository names no tests');
  const { commit_message: own = '' } = inputs;
  const message = own.trim() === '' ? subjectOf(inputs.prompt) : own;
  const commit = commitAll(workspace, message);
  if (commit === null) say('nothing changed');
  else {
    say(`committed ${commit}`);
    await registry.addEvent(task_id, 'commit', { commit });
  }
  return true;
}
