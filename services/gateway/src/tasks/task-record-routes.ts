import { createHash } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { teamQuery } from '@telltale/contracts/http/query';
import {
  postTaskArtifactBody,
  postTaskEventBody,
  taskArtifactAnswer,
  taskEventAnswer,
  type TaskOrder,
} from '@telltale/contracts/http/task-orders';
import { name } from '@telltale/contracts/text';
import type { DeskDeps } from '@telltale/tasks/desk-deps';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';
import type { Relay } from '../telemetry/relay.ts';
import { taskBodyLimit } from './body-limit.ts';
import { answerTask } from './answer-task.ts';

export type TaskRecordDeps = { desk: Pick<DeskDeps, 'db' | 'teller' | 'clock'>; relay: Pick<Relay, 'accept'> };

const querystring = z.strictObject(teamQuery);
const params = z.object({ task_id: name });

/** Records as a batch of their own: the same ids are the same batch, so that it is stored once however often it is sent. */
export function recordBatch(teamId: string, records: TelemetryRecord[], receivedAt: string): StreamBatch {
  const ids_hash = createHash('sha256').update(idsHashInput(records)).digest('hex');
  const named = createHash('sha256').update(`task records\n${ids_hash}`).digest('hex');
  const producer_id = `body:${named}`;
  return { v: 1, team_id: teamId, producer_id, seq: 1, ids_hash, received_at: receivedAt, rejected: 0, records };
}

const ofTask = (task: TaskOrder) => ({
  agent_id: task.agent_id ?? task.crew_id ?? 'task',
  task_id: task.task_id,
  ...(task.crew_id === null ? {} : { crew_id: task.crew_id }),
  ...(task.session_id === null ? {} : { session_id: task.session_id }),
  ...(task.run_id === null ? {} : { run_id: task.run_id }),
});

/** What is told of a task beside its status: records that the collector stores like any others. */
export function taskRecordRoutes(app: ZodApp, { desk, relay }: TaskRecordDeps): void {
  const publish = async (team: string, record: TelemetryRecord, at: string): Promise<void> => {
    await relay.accept(recordBatch(team, [desk.teller.redact(record)], at));
  };

  app.post(
    '/api/v1/tasks/:task_id/events',
    {
      config: allow('ingest', 'runner'),
      bodyLimit: taskBodyLimit,
      schema: {
        params,
        querystring,
        body: postTaskEventBody,
        ...documented('Tasks', 'Tell of a task', { 201: taskEventAnswer }),
      },
    },
    async (request, reply) => {
      const { id = desk.teller.newId(), event_type, ...said } = request.body;
      const task = await answerTask(desk, request.team, request.params.task_id);
      const at = new Date(desk.clock.now()).toISOString();
      const { attempt } = task;
      await publish(
        request.team,
        { v: 1, id, kind: 'task_event', at, ...ofTask(task), event_type, attempt, ...said },
        at,
      );
      return reply.code(201).send({ id, task_id: task.task_id, event_type, at });
    },
  );

  app.post(
    '/api/v1/tasks/:task_id/artifacts',
    {
      config: allow('ingest', 'runner'),
      bodyLimit: taskBodyLimit,
      schema: {
        params,
        querystring,
        body: postTaskArtifactBody,
        ...documented('Tasks', 'Name an artifact of a task that lies elsewhere', { 201: taskArtifactAnswer }),
      },
    },
    async (request, reply) => {
      const { id = desk.teller.newId(), ...said } = request.body;
      const task = await answerTask(desk, request.team, request.params.task_id);
      const at = new Date(desk.clock.now()).toISOString();
      await publish(request.team, { v: 1, id, kind: 'artifact', at, ...ofTask(task), ...said }, at);
      const { artifact_type, uri, size_bytes } = said;
      return reply.code(201).send({ id, task_id: task.task_id, artifact_type, uri, size_bytes, at });
    },
  );
}
