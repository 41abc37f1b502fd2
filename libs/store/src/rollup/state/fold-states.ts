import type { RecordKind } from '@telltale/contracts/records/record';
import type { DbTransaction } from '../../database.ts';
import type { Scope } from '../fold/scope.ts';
import { foldAgentModels, foldAgents, foldAgentSamples } from './fold-agents.ts';
import { foldMemory } from './fold-memory.ts';
import { foldRunEvents, foldRuns } from './fold-runs.ts';
import { foldSubAgentCalls, foldSubAgents } from './fold-sub-agents.ts';
import { foldSessions } from './fold-sessions.ts';
import { foldTasks } from './fold-tasks.ts';

/**
 * Brings agents, sessions, runs, tasks and memories up to the new records. Every column is a newest, a first, a greatest or
 * a count, so the order of arrival does not matter.
 */
export async function foldStates(trx: DbTransaction, scope: Scope, kinds: readonly RecordKind[]): Promise<void> {
  await foldAgents(trx, scope.teamId);
  await foldSubAgents(trx, scope.teamId);
  await foldSessions(trx, scope.teamId);
  await foldRuns(trx, scope.teamId);
  if (kinds.includes('llm_call')) {
    await foldAgentModels(trx, scope);
    await foldSubAgentCalls(trx, scope);
  }
  if (kinds.includes('process_sample')) await foldAgentSamples(trx, scope);
  if (kinds.includes('run_event')) await foldRunEvents(trx, scope);
  if (kinds.includes('task_event')) await foldTasks(trx, scope);
  if (kinds.includes('memory_operation')) await foldMemory(trx, scope);
}
