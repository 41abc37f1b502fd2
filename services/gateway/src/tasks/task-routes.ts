import { teamQuery } from '@telltale/contracts/http/query';
import { claimTaskBody, taskLease } from '@telltale/contracts/http/task-leases';
import {
  cancelTasksAnswer,
  cancelTasksBody,
  createTaskBody,
  putTaskStatusBody,
  taskOrder,
} from '@telltale/contracts/http/task-orders';
import { name } from '@telltale/contracts/text';
import { cancelTask, cancelTasks, changeStatus } from '@telltale/tasks/change-task';
import { claimTask } from '@telltale/tasks/claim-task';
import { createTask } from '@telltale/tasks/create-task';
import type { DeskDeps } from '@telltale/tasks/desk-deps';
import { toOrder } from '@telltale/store/tasks';
import { z } from 'zod';
import { actorOf } from '../auth/actor.ts';
import type { BudgetKeeper } from '../budgets/budget-keeper.ts';
import { setTaskBudget } from '../budgets/set-task-budget.ts';
import { allow, allowForKnownTeam, documented } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { taskBodyLimit } from './body-limit.ts';
import { answerTask } from './answer-task.ts';
import { taskRecordRoutes, type TaskRecordDeps } from './task-record-routes.ts';

export type TaskDeps = TaskRecordDeps & {
  desk: DeskDeps;
  budgets: Pick<BudgetKeeper, 'changed'>;
  /** Something is to be published. */
  wakeOutbox: () => void;
};

const querystring = z.strictObject(teamQuery);
const params = z.object({ task_id: name });

/** Tasks: made, followed, moved and cancelled. */
export function taskRoutes(app: ZodApp, deps: TaskDeps): void {
  const { desk, wakeOutbox } = deps;
  app.post(
    '/api/v1/tasks',
    {
      config: allowForKnownTeam('admin', 'runner'),
      bodyLimit: taskBodyLimit,
      schema: {
        querystring,
        body: createTaskBody,
        ...documented('Tasks', 'Make a task for a crew', { 200: taskOrder, 201: taskOrder }),
      },
    },
    async (request, reply) => {
      const { team: teamId, body } = request;
      const actor = actorOf(callerOf(request));
      // Runners hear of it within a second even when Redis could not be told now.
      const changed = (team: string): Promise<void> =>
        deps.budgets.changed(team).catch((error: unknown) => {
          request.log.warn({ err: error, team }, 'a budget could not be told at once; it will be in a moment');
        });
      const { row, made } = await createTask(desk, {
        teamId,
        body,
        actor,
        async setBudget(taskId, budget) {
          await setTaskBudget({ db: desk.db, budgets: { changed } }, { teamId, taskId, budget, actor });
        },
      });
      wakeOutbox();
      return reply.code(made ? 201 : 200).send(toOrder(row));
    },
  );

  app.post(
    '/api/v1/tasks/cancel',
    {
      config: allow('admin'),
      schema: {
        querystring,
        body: cancelTasksBody,
        ...documented('Tasks', 'Cancel the tasks of a crew or of the team', { 202: cancelTasksAnswer }),
      },
    },
    async (request, reply) => {
      const wish = { teamId: request.team, crewId: request.body.crew_id, actor: actorOf(callerOf(request)) };
      const task_ids = await cancelTasks(desk, wish);
      wakeOutbox();
      return reply.code(202).send({ task_ids });
    },
  );

  app.get(
    '/api/v1/tasks/:task_id',
    {
      config: allow('read', 'ingest', 'runner'),
      schema: { params, querystring, ...documented('Tasks', 'The state of a task', { 200: taskOrder }) },
    },
    (request) => answerTask(desk, request.team, request.params.task_id),
  );

  app.put(
    '/api/v1/tasks/:task_id/status',
    {
      config: allow('ingest', 'runner'),
      bodyLimit: taskBodyLimit,
      schema: {
        params,
        querystring,
        body: putTaskStatusBody,
        ...documented('Tasks', 'Say the status of a task', { 200: taskOrder }),
      },
    },
    async (request) => {
      const { status, metadata, error_message: errorMessage, output } = request.body;
      const key = { teamId: request.team, taskId: request.params.task_id };
      const actor = actorOf(callerOf(request));
      const row = await changeStatus(desk, { ...key, status, metadata, errorMessage, output, actor });
      wakeOutbox();
      return row.scheduled ? toOrder(row) : answerTask(desk, key.teamId, key.taskId);
    },
  );

  app.post(
    '/api/v1/tasks/:task_id/cancel',
    {
      config: allow('admin', 'runner'),
      schema: {
        params,
        querystring,
        body: z.strictObject({}),
        ...documented('Tasks', 'Cancel a task; the run of one that runs is ended', { 202: taskOrder }),
      },
    },
    async (request, reply) => {
      const key = { teamId: request.team, taskId: request.params.task_id };
      const row = await cancelTask(desk, { ...key, actor: actorOf(callerOf(request)) });
      wakeOutbox();
      return reply.code(202).send(toOrder(row));
    },
  );

  app.post(
    '/api/v1/tasks/:task_id/claim',
    {
      config: allow('ingest', 'runner'),
      schema: {
        params,
        querystring,
        body: claimTaskBody,
        ...documented('Tasks', 'Take a task that waits for a run of one’s own', { 200: taskLease }),
      },
    },
    async (request) => {
      const { run_id: runId, runner_id: runnerId, host } = request.body;
      const key = { teamId: request.team, taskId: request.params.task_id };
      const lease = await claimTask(desk, { ...key, runId, runnerId, host });
      wakeOutbox();
      return lease;
    },
  );

  taskRecordRoutes(app, deps);
}
