import { TelltaleError } from '@telltale/contracts/errors';
import { teamQuery } from '@telltale/contracts/http/query';
import {
  enrollRunnerBody,
  enrolledRunner,
  inviteRunnerBody,
  runnerBeatBody,
  runnerInvitation,
  runnerRow,
  runnersAnswer,
  runnersQuery,
} from '@telltale/contracts/http/runners';
import { name } from '@telltale/contracts/text';
import type { Clock } from '@telltale/runtime/clock';
import { beatRunner, enrollRunner, inviteRunner, listRunners, revokeRunner, type Db } from '@telltale/store/config';
import { z } from 'zod';
import { chooseTeam } from '../auth/access.ts';
import { actorOf } from '../auth/actor.ts';
import { allow, documented, open } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';

export type RunnerDeps = { db: Db; clock: Clock; keySecret: string };

const querystring = z.strictObject(teamQuery);
const params = z.object({ runner_id: name });

/** Hosts that run work for a team: invited, enrolled with a token of their own, heard of, revoked. */
export function runnerRoutes(app: ZodApp, { db, clock, keySecret }: RunnerDeps): void {
  app.post(
    '/api/v1/runners/tokens',
    {
      config: allow('admin'),
      schema: {
        querystring,
        body: inviteRunnerBody,
        ...documented('Runs', 'Make a one-time token for a new runner', { 201: runnerInvitation }),
      },
    },
    async (request, reply) => {
      const access = callerOf(request);
      const teamId = chooseTeam(access, request.query.team_id);
      const { name: wanted = null, ttl_ms: ttlMs } = request.body;
      const made = await inviteRunner(db, { teamId, name: wanted, ttlMs, actor: actorOf(access), keySecret });
      return reply.code(201).header('cache-control', 'no-store').send(made);
    },
  );

  app.post(
    '/api/v1/runners/enroll',
    {
      config: open,
      schema: {
        body: enrollRunnerBody,
        ...documented('Runs', 'Trade a one-time token for the key of a runner', { 201: enrolledRunner }),
      },
    },
    async (request, reply) => {
      const { token, host, version = null } = request.body;
      const enrolled = await enrollRunner(db, { token, host, version, keySecret });
      if (enrolled === null) {
        const detail = 'the token is unknown, used or too old; `telltale runners enroll` makes another';
        throw new TelltaleError('unauthenticated', detail);
      }
      return reply.code(201).header('cache-control', 'no-store').send(enrolled);
    },
  );

  app.get(
    '/api/v1/runners',
    {
      config: allow('read', 'admin'),
      schema: { querystring: runnersQuery, ...documented('Runs', 'List runners', { 200: runnersAnswer }) },
    },
    async (request) => {
      const { limit, offset } = request.query;
      const page = await listRunners(db, { teamId: request.team, limit, offset }, clock.now());
      return { ...page, limit, offset };
    },
  );

  app.put(
    '/api/v1/runners/:runner_id',
    {
      config: allow('runner'),
      schema: {
        params,
        querystring,
        body: runnerBeatBody,
        ...documented('Runs', 'Say that a runner lives and what it does', { 200: runnerRow }),
      },
    },
    async (request) => {
      const access = callerOf(request);
      const teamId = chooseTeam(access, request.query.team_id);
      const { runner_id: runnerId } = request.params;
      const { principal } = access;
      const isOwn = principal.kind !== 'runner' || principal.id === runnerId;
      const row = !isOwn
        ? null
        : await beatRunner(db, { teamId, runnerId, keyId: access.keyId, ...request.body }, clock.now());
      if (row === null) throw new TelltaleError('forbidden', 'this runner was revoked, or has another key');
      return row;
    },
  );

  app.delete(
    '/api/v1/runners/:runner_id',
    {
      config: allow('admin'),
      schema: {
        params,
        querystring,
        ...documented('Runs', 'Revoke a runner and its key', { 204: z.void().describe('Revoked') }),
      },
    },
    async (request, reply) => {
      const access = callerOf(request);
      const teamId = chooseTeam(access, request.query.team_id);
      const { runner_id: runnerId } = request.params;
      const found = await revokeRunner(db, { teamId, runnerId, actor: actorOf(access) });
      if (!found) throw new TelltaleError('not_found', 'there is no such runner');
      return reply.code(204).send();
    },
  );
}
