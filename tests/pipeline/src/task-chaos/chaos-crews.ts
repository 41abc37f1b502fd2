import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a task of the chaos does: `stubborn` does not listen to SIGTERM, `leaving` leaves a process behind. */
export const modes = ['good', 'bad', 'stubborn', 'leaving'] as const;
export type Mode = (typeof modes)[number];
/** What `bad` ends with. */
export const badCode = 3;

/**
 * Writes the program and the crews of a folder. The program notes in `ledger` that it began and, as its last act, how it is
 * about to end: what a task's status says is compared with that.
 */
export function writeChaosCrews(folder: string): { crewsFile: string; ledger: string; repository: string } {
  const ledger = join(folder, 'ledger');
  const program = join(folder, 'work.sh');
  const crewsFile = join(folder, 'crews.yaml');
  writeFileSync(ledger, '');
  writeFileSync(
    program,
    `ledger=$1 mode=$3 seconds=$4
echo "$TELLTALE_TASK_ID $TELLTALE_RUN_ID begun" >> "$ledger"
[ "$mode" = stubborn ] && trap '' TERM
[ "$mode" = leaving ] && sleep 300 &
sleep "$seconds"
code=0
[ "$mode" = bad ] && code=${badCode}
echo "$TELLTALE_TASK_ID $TELLTALE_RUN_ID $code" >> "$ledger"
exit $code
`,
  );
  const crew = (attempts: number): string => `
    argv: [sh, '${program}', '${ledger}', '--', '{mode}', '{seconds}']
    attempts: ${attempts}
    backoff: 200ms
    concurrency: 8
    grace: 300ms
    retry_on: [lost, killed]`;
  const coder = join(folder, 'code.mjs');
  writeFileSync(coder, codingProgram);
  const coding = `
    argv: [node, '${coder}', '${ledger}', '{inputs_file}']
    env: [OPENAI_BASE_URL]
    workspace: repository
    proxy: 'on'
    attempts: 4
    backoff: 200ms
    concurrency: 3
    retry_on: [lost, killed]`;
  const crews = `  once:${crew(1)}\n  patient:${crew(4)}\n  coding:${coding}\n`;
  writeFileSync(crewsFile, `slots: 8\ncrews:\n${crews}`);
  return { crewsFile, ledger, repository: makeRepository(folder) };
}

/** Asks the model for its task, and changes a file of its repository. */
const codingProgram = `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
const [, , ledger, file] = process.argv;
const { task_id, run_id, inputs } = JSON.parse(readFileSync(file, 'utf8'));
const note = (word) => appendFileSync(ledger, task_id + ' ' + run_id + ' ' + word + '\\n');
note('begun');
for (let call = 0; call < inputs.calls; call += 1) {
  const body = JSON.stringify({ model: 'gpt-5', messages: [{ role: 'user', content: task_id }] });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer none' };
  const answer = await fetch(process.env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST', headers, body });
  console.log('call', call, (await answer.json()).usage.total_tokens);
}
writeFileSync('change.txt', run_id);
note(0);
`;

/** A repository with one commit, where runners may take it from. */
function makeRepository(folder: string): string {
  const repository = join(folder, 'repositories', 'sample');
  mkdirSync(repository, { recursive: true });
  writeFileSync(join(repository, 'README.md'), 'a sample\n');
  const who = ['-c', 'user.name=chaos', '-c', 'user.email=chaos@example.com'];
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-C', repository, ...who, ...args], {
      stdio: 'ignore',
      env: { ...process.env, HOME: folder },
    });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'one');
  return repository;
}
