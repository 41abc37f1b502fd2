import { fileURLToPath } from 'node:url';
import { startGuard } from '@telltale/agent-runner/run/start-guard';
import type { ForegroundTask } from '@telltale/agent-runner/task-artifacts/open-foreground-task';
import type { Identity } from '@telltale/sdk/recorder/draft';
import { processOf } from '@telltale/sdk/spool/process-identity';
import type { Context } from '../../context.ts';
import type { RunFlags } from '../settings.ts';
import type { KilledRun } from './end-killed-run.ts';

/** A run in the foreground ends with its `telltale run`, also when that one is killed: somebody has to see to it then. */
export function guardRun({
  identity: { run_id, ...identity },
  spoolTeam,
  producerId,
  flags,
  team,
  env,
}: {
  identity: Identity & { run_id: string; agent_id: string };
  spoolTeam: string;
  producerId: string;
  flags: RunFlags;
  team: string | undefined;
  env: Context['env'];
}) {
  let guard: { over(): void } | null = null;
  return {
    /** The program runs from now on. */
    watch(pid: number, { ownSession, task }: { ownSession: boolean; task: ForegroundTask | null }): void {
      const { url, apiKeyFile, dataDir, keepOrphans = false } = flags;
      const killed: KilledRun = {
        note: {
          run_id,
          team_id: spoolTeam,
          identity,
          ...processOf(pid),
          started_at: new Date().toISOString(),
          keep_orphans: keepOrphans,
          own_session: ownSession,
          attached: null,
        },
        flags: { url, apiKeyFile, dataDir },
        team,
        producer_id: producerId,
        task: task === null || task.toldBy === null ? null : { attempt: task.attempt, told_by: task.toldBy },
      };
      const main = fileURLToPath(new URL('main.ts', import.meta.url));
      guard = startGuard({ argv: [process.execPath, ...process.execArgv, main, JSON.stringify(killed)], env });
    },
    /** Its end is told: nothing is left to be done for it. */
    over: (): void => guard?.over(),
  };
}
