import type { Crews } from '../crews/crew-profile.ts';
import type { ExecuteDeps } from './execute-task.ts';
import { endLeftProcesses } from './end-left-processes.ts';
import { profileOfRun, readTaskFacts, removeTaskFolder } from './task-folder.ts';

export const takenBack = 'telltale: the task was taken back';

export type LetGoDeps = Pick<ExecuteDeps, 'hooks' | 'root' | 'clock'> & {
  crews: Crews;
  keeper: Pick<ExecuteDeps['keeper'], 'listRuns' | 'waitRun' | 'forgetRun'> & {
    stopRun(runId: string, actor: string): Promise<string>;
  };
};

/** Ends the run of a task that was taken back while nobody was here, and gives its place back. */
export async function letGoOfRun(
  { keeper, hooks, crews, root, clock }: LetGoDeps,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  const run = (await keeper.listRuns()).find(({ run_id }) => run_id === runId);
  if (run?.status === 'running') {
    await keeper.stopRun(runId, takenBack);
    await keeper.waitRun(runId, signal);
  } else if (run === undefined) await endLeftProcesses(runId, clock);
  const facts = readTaskFacts(root, runId);
  const profile = profileOfRun(root, runId) ?? crews.crews[facts?.crew_id ?? ''];
  const isInRepository = facts !== null && profile?.workspace === 'repository';
  if (isInRepository && facts.repo_url !== null) {
    const { task_id: taskId, crew_id: crewId, agent_id: agentId, session_id: sessionId, repo_url: repoUrl } = facts;
    // The same run gets the same place, so that it can be given back.
    const place = await hooks.openWorkspace?.({ taskId, runId, crewId, agentId, sessionId, repoUrl, signal });
    await place?.release();
  }
  await keeper.forgetRun(runId).catch(() => undefined);
  removeTaskFolder(root, runId);
}
