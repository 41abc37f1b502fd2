import { TelltaleError } from '@telltale/contracts/errors';
import { teamQuery } from '@telltale/contracts/http/query';
import {
  runAction,
  runCommandsAnswer,
  runnerPollBody,
  stopRunsBody,
  type RunCommand,
} from '@telltale/contracts/http/run-commands';
import { name } from '@telltale/contracts/text';
import {
  acknowledgeCommands,
  commandRun,
  openCommands,
  stopRuns,
  type Db,
  type StoredCommand,
} from '@telltale/store/config';
import { z } from 'zod';
import { chooseTeam } from '../auth/access.ts';
import { actorOf } from '../auth/actor.ts';
import { callerLeft } from '../http/caller-left.ts';
import { allow, documented } from '../http/operation.ts';
import { waitOf } from '../http/prefer-wait.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';
import type { CommandFeed } from './command-feed.ts';

export type CommandDeps = { db: Db; commands: Pick<CommandFeed, 'asked' | 'wait'> };

const querystring = z.strictObject(teamQuery);

const toCommand = (row: Omit<StoredCommand, 'only_watched'> & { only_watched?: boolean }): RunCommand => ({
  command_id: row.command_id,
  run_id: row.run_id,
  action: row.action,
  actor: row.requested_by,
  requested_at: row.requested_at.toISOString(),
  ...(row.only_watched === true ? { only_watched: true } : {}),
});

/** What people ask of runs that go on, and the door where the processes that own them hear of it. */
export function commandRoutes(app: ZodApp, { db, commands }: CommandDeps): void {
  app.post(
    '/api/v1/runs/stop',
    {
      config: allow('admin'),
      schema: {
        querystring,
        body: stopRunsBody,
        ...documented('Runs', 'Stop the runs of an agent or of the team', { 202: runCommandsAnswer }),
      },
    },
    async (request, reply) => {
      const access = callerOf(request);
      const teamId = chooseTeam(access, request.query.team_id);
      const made = await stopRuns(db, { teamId, agentId: request.body.agent_id, actor: actorOf(access) });
      commands.asked(
        teamId,
        made.map(({ run_id }) => run_id),
      );
      return reply.code(202).send({ commands: made.map(toCommand) });
    },
  );

  app.post(
    '/api/v1/runs/:run_id/:action',
    {
      config: allow('admin'),
      schema: {
        params: z.object({ run_id: name, action: runAction }),
        querystring,
        ...documented('Runs', 'Stop, pause or resume a run', { 202: runCommandsAnswer }),
      },
    },
    async (request, reply) => {
      const access = callerOf(request);
      const teamId = chooseTeam(access, request.query.team_id);
      const { run_id: runId, action } = request.params;
      const { running, commands: made } = await commandRun(db, { teamId, runId, action, actor: actorOf(access) });
      if (running === null) throw new TelltaleError('not_found', 'there is no such run');
      if (!running) throw new TelltaleError('conflict', 'the run has ended; there is nothing left to ask of it');
      commands.asked(teamId, [runId]);
      return reply.code(202).send({ commands: made.map(toCommand) });
    },
  );

  app.post(
    '/api/v1/runners/poll',
    {
      config: allow('runner', 'ingest'),
      schema: {
        querystring,
        body: runnerPollBody,
        ...documented('Runs', 'What is asked of the runs of a runner', { 200: runCommandsAnswer }),
      },
    },
    async (request, reply) => {
      const teamId = chooseTeam(callerOf(request), request.query.team_id);
      const { runs, acknowledged } = request.body;
      await acknowledgeCommands(db, teamId, acknowledged);
      const read = async () => (await openCommands(db, teamId, runs)).map(toCommand);
      const now = await read();
      const waitMs = waitOf(request.headers['prefer']);
      if (now.length > 0 || runs.length === 0 || waitMs === 0) return { commands: now };
      await commands.wait(teamId, runs, waitMs, callerLeft(reply));
      return { commands: await read() };
    },
  );
}
