import { createHash } from 'node:crypto';
import { TelltaleError, type FieldError } from '@telltale/contracts/errors';
import type { CrewAnnouncement } from '@telltale/contracts/http/crews';
import type { NewTask } from '@telltale/contracts/http/task-orders';
import { judgeInputs } from '@telltale/contracts/judge-inputs';
import { narrowerLimits } from '@telltale/contracts/narrower-limits';
import { createOrder, findCrew, findOrder, type OrderRow } from '@telltale/store/tasks';
import type { DeskDeps } from './desk-deps.ts';
import { tryEnqueue } from './enqueue.ts';

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The same key of a team names the same task: a UUID of version 8. */
export function taskIdOf(teamId: string, key: string): string {
  const id = sha256(`task\n${teamId}\n${key}`).subarray(0, 16);
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x80;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** JSON with sorted keys: two requests that mean the same are the same text. */
const sorted = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

function judge(crew: CrewAnnouncement, body: NewTask): FieldError[] {
  const errors = judgeInputs(crew.inputs, body.inputs).map(({ name, detail }): FieldError => ({
    pointer: `#/inputs/${name}`,
    code: 'invalid_value',
    detail,
  }));
  if (body.agent_id !== undefined && crew.agents.length > 0 && !crew.agents.includes(body.agent_id)) {
    const detail = `is no agent of the crew; it has ${crew.agents.join(', ')}`;
    errors.push({ pointer: '#/agent_id', code: 'invalid_value', detail });
  }
  if (crew.workspace === 'repository' && body.repo_url === undefined) {
    errors.push({ pointer: '#/repo_url', code: 'required', detail: 'is needed: the crew works in a repository' });
  }
  return errors;
}

export type TaskWish = {
  teamId: string;
  body: NewTask;
  actor: string;
  /** Sets the task's budget before anybody can take the task; rejects with what is wrong with the budget. */
  setBudget?: (taskId: string, budget: NonNullable<NewTask['budget']>) => Promise<void>;
};

/** A task that is there already, for the same request. Throws conflict when it was another one. */
async function sameOrder(deps: DeskDeps, row: OrderRow, requestHash: string): Promise<OrderRow> {
  if (row.request_hash !== requestHash) {
    const detail = `the key was used for another task (${row.task_id}); send the same request or another key`;
    const errors = [{ pointer: '#/idempotency_key', code: 'conflict', detail }];
    throw new TelltaleError('conflict', `#/idempotency_key: ${detail}`, { errors });
  }
  if (row.status === 'PENDING') await tryEnqueue(deps, row);
  return row;
}

/**
 * Makes a task of a crew that was announced; a request that made one under its key is answered with that, whatever became
 * of the crew. Throws unknown_crew, invalid_request, conflict.
 */
export async function createTask(
  deps: DeskDeps,
  { teamId, body, actor, setBudget }: TaskWish,
): Promise<{ row: OrderRow; made: boolean }> {
  const { idempotency_key: key, ...asked } = body;
  const taskId = key === undefined ? deps.teller.newId() : taskIdOf(teamId, key);
  const requestHash = sha256(JSON.stringify(asked, sorted)).toString('hex');
  const there = key === undefined ? undefined : await findOrder(deps.db, { teamId, taskId });
  if (there !== undefined) return { row: await sameOrder(deps, there, requestHash), made: false };
  const { crew, known } = await findCrew(deps.db, teamId, body.crew_id);
  if (crew === null) {
    const names = known.length === 0 ? 'none was' : `announced are ${known.join(', ')}`;
    const detail = `no runner has announced the crew ${JSON.stringify(body.crew_id)}; ${names}`;
    const errors = [{ pointer: '#/crew_id', code: 'unknown_crew', detail }];
    throw new TelltaleError('unknown_crew', `#/crew_id: ${detail}`, { errors });
  }
  const errors = judge(crew, body);
  if (errors.length > 0) {
    const detail = errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
    throw new TelltaleError('invalid_request', detail, { errors });
  }
  const order = {
    teamId,
    taskId,
    crewId: crew.crew_id,
    agentId: body.agent_id ?? crew.agents[0] ?? crew.crew_id,
    sessionId: body.session_id ?? null,
    inputs: body.inputs,
    repoUrl: body.repo_url ?? null,
    limits: narrowerLimits(crew.limits, body.limits ?? {}),
    priority: body.priority,
    maxAttempts: body.max_attempts ?? crew.max_attempts,
    backoffMs: crew.backoff_ms,
    retryOn: crew.retry_on,
    requestHash,
    actor,
  };
  if (body.budget !== undefined) await setBudget?.(taskId, body.budget);
  const { row, made } = await createOrder(deps.db, order, deps.teller);
  if (!made) return { row: await sameOrder(deps, row, requestHash), made };
  await tryEnqueue(deps, row);
  return { row, made };
}
