import { writeFileSync } from 'node:fs';
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
export function writeChaosCrews(folder: string): { crewsFile: string; ledger: string } {
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
  writeFileSync(crewsFile, `slots: 8\ncrews:\n  once:${crew(1)}\n  patient:${crew(4)}\n`);
  return { crewsFile, ledger };
}
