import { readdirSync, readFileSync } from 'node:fs';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killMs } from '../run/stop-tree.ts';
import { nastyPrograms, type NastyProgram } from '../test-support/nasty-programs.ts';
import { bash, ofKind, watchCommand, type Watched } from '../test-support/watch-command.ts';
import { makeRunCgroup } from '../tree/run-cgroup.ts';

const newId = createUuidV7();

/** Whether the kernel holds a run to its processes here. */
function isContained(): boolean {
  const probe = makeRunCgroup('corpus-probe');
  const contained = probe?.exact.processes === true;
  probe?.[Symbol.dispose]();
  return contained;
}

/** Processes that carry a run's mark, whatever became of them. */
function processesOf(runId: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const zombie = stat.charAt(stat.lastIndexOf(')') + 2) === 'Z';
      return !zombie && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`TELLTALE_RUN_ID=${runId}`);
    } catch {
      return false;
    }
  });
}

/** What an end may take from the first signal. What else runs may take the processors for some times that. */
const longestEndMs = 12_000;
const shares = 5;
const shortGraceMs = 300;

const run = async (program: NastyProgram): Promise<Watched & { runId: string }> => {
  const runId = newId();
  const watched = await watchCommand(program.argv, {
    identity: { agent_id: 'nasty', run_id: runId },
    streams: { stdin: 'ignore', stdout: null, stderr: null, terminal: false },
    graceMs: program.graceMs ?? shortGraceMs,
    ...(program.limits === undefined ? {} : { limits: program.limits }),
  });
  return { ...watched, runId };
};

/**
 * Lets the programs loose one after another beside a neighbour that does no harm. Each has to end for its own reason, soon,
 * with nothing of it left; and after each the neighbour goes on, and who watches them starts and watches another.
 */
export function tryCorpus({ whole }: { whole: boolean }): void {
  // A fork bomb that nothing holds takes the machine with it: it is only let loose with all the rest.
  const all = nastyPrograms({ contained: whole && isContained() });
  const tried = all.filter(({ quick }) => whole || quick === true);

  test('there are at least 25 of them, each with a name of its own', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(25);
    // The waits of an end alone; how long it took in all depends on what else the machine does.
    for (const { graceMs = shortGraceMs } of all) expect(graceMs + killMs).toBeLessThan(longestEndMs);
  });

  describe('each ends for its own reason, nothing of it is left, and nobody else is disturbed', () => {
    const stop = new AbortController();
    let neighbour: Promise<Watched>;
    let ticks = 0;
    beforeAll(() => {
      neighbour = watchCommand(bash('trap "echo bye; exit 0" TERM; while :; do echo tick; sleep 0.2; done'), {
        signal: stop.signal,
        graceMs: 10_000,
        onRecord: (record) => (ticks += record.kind === 'log_entry' ? 1 : 0),
      });
    });

    test.each(tried.map((program) => [program.name, program] as const))(
      '%s',
      async (_name, program) => {
        const { result, records, runId } = await run(program);
        expect(result).toMatchObject({ endReason: program.reason, survivors: 0 });
        if (program.exitCode !== undefined) expect(result.exitCode).toBe(program.exitCode);
        if (program.limits !== undefined) expect(result.exitCode).toBe(124);
        if (program.outputBytes !== undefined) expect(result.outputBytes).toBe(program.outputBytes);
        expect(processesOf(runId)).toEqual([]);
        const ladder = ofKind(records, 'run_event').find(({ step }) => step === 'term');
        const end = ofKind(records, 'run_event').at(-1);
        expect(end?.event).toBe('ended');
        if (ladder !== undefined)
          expect(Date.parse(end?.at ?? '') - Date.parse(ladder.at)).toBeLessThan(shares * longestEndMs);
        const before = ticks;
        await until(() => ticks > before, { what: 'the neighbour to go on' });
        if (!whole) return;
        const next = await watchCommand(bash('echo well'));
        expect(next.result).toMatchObject({ endReason: 'completed', exitCode: 0, lines: 1 });
      },
      whole ? 180_000 : 30_000,
    );

    afterAll(async () => {
      stop.abort('the test');
      const { result, stdout } = await neighbour;
      expect(result).toMatchObject({ endReason: 'cancelled', exitCode: 0, survivors: 0 });
      // A shell that is told to end while it forks runs its trap in the child as well.
      expect(stdout.toString()).toMatch(/^(?:tick\n)+(?:bye\n)+$/);
    });
  });
}
