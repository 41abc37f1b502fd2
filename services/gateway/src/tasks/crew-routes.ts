import { announceCrewsBody, crewsAnswer } from '@telltale/contracts/http/crews';
import { teamQuery } from '@telltale/contracts/http/query';
import {
  endLeaseAnswer,
  endLeaseBody,
  heldQuery,
  leasesAnswer,
  leaseTasksBody,
  renewAnswer,
  renewLeasesBody,
} from '@telltale/contracts/http/task-leases';
import { name } from '@telltale/contracts/text';
import { listCrews } from '@telltale/store/tasks';
import type { DeskDeps } from '@telltale/tasks/desk-deps';
import { createStoreTaskSource } from '@telltale/tasks/store-task-source';
import { z } from 'zod';
import { callerLeft } from '../http/caller-left.ts';
import { allow, documented } from '../http/operation.ts';
import { waitOf } from '../http/prefer-wait.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { taskBodyLimit } from './body-limit.ts';

export type CrewDeps = { desk: DeskDeps; wakeOutbox: () => void };

const querystring = z.strictObject(teamQuery);
/** Between two looks into the queues for a runner that waits. */
const lookEveryMs = 300;

/** The door of runners elsewhere: crews go up, tasks come down, ends go up. */
export function crewRoutes(app: ZodApp, { desk, wakeOutbox }: CrewDeps): void {
  const sourceOf = (teamId: string) => createStoreTaskSource({ ...desk, teamId });
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());

  app.get(
    '/api/v1/crews',
    {
      config: allow('read', 'runner'),
      schema: { querystring, ...documented('Tasks', 'Crews, and the runners that have them', { 200: crewsAnswer }) },
    },
    async ({ team }) => ({ crews: await listCrews(desk.db, team) }),
  );

  app.put(
    '/api/v1/crews',
    {
      config: allow('runner'),
      schema: {
        querystring,
        body: announceCrewsBody,
        ...documented('Tasks', 'Announce the crews of a runner', { 204: z.undefined() }),
      },
    },
    async (request, reply) => {
      await sourceOf(request.team).announce(request.body);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/v1/task-leases',
    {
      config: allow('runner'),
      schema: {
        querystring,
        body: leaseTasksBody,
        ...documented('Tasks', 'Take tasks for a runner with room', { 200: leasesAnswer }),
      },
    },
    async (request, reply) => {
      const source = sourceOf(request.team);
      const gone = AbortSignal.any([callerLeft(reply), closing.signal]);
      const until = desk.clock.monotonic() + waitOf(request.headers['prefer']);
      for (;;) {
        const leases = await source.lease(request.body, gone);
        if (leases.length > 0) wakeOutbox();
        if (leases.length > 0 || gone.aborted || desk.clock.monotonic() >= until) return { leases };
        await desk.clock.sleep(lookEveryMs, gone).catch(() => undefined);
      }
    },
  );

  app.get(
    '/api/v1/task-leases',
    {
      config: allow('runner'),
      schema: { querystring: heldQuery, ...documented('Tasks', 'What a runner holds', { 200: leasesAnswer }) },
    },
    async ({ team, query }) => ({ leases: await sourceOf(team).held(query.runner_id) }),
  );

  app.put(
    '/api/v1/task-leases',
    {
      config: allow('ingest', 'runner'),
      schema: {
        querystring,
        body: renewLeasesBody,
        ...documented('Tasks', 'Keep tasks, and hear which are to end', { 200: renewAnswer }),
      },
    },
    async ({ team, body }) => ({ leases: await sourceOf(team).renew(body.runner_id, body.leases) }),
  );

  app.post(
    '/api/v1/task-leases/:run_id/end',
    {
      config: allow('ingest', 'runner'),
      bodyLimit: taskBodyLimit,
      schema: {
        params: z.object({ run_id: name }),
        querystring,
        body: endLeaseBody,
        ...documented('Tasks', 'Say how the run of a task ended', { 200: endLeaseAnswer }),
      },
    },
    async (request) => {
      const answer = await sourceOf(request.team).end(request.params.run_id, request.body);
      wakeOutbox();
      return answer;
    },
  );
}
