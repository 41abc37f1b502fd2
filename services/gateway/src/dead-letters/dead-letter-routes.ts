import { isUtf8 } from 'node:buffer';
import type { StreamBatch } from '@telltale/contracts/batch';
import { TelltaleError } from '@telltale/contracts/errors';
import {
  deadLetterDetail,
  deadLettersAnswer,
  deadLettersQuery,
  replayAnswer,
} from '@telltale/contracts/http/dead-letters';
import { teamQuery } from '@telltale/contracts/http/query';
import type { Clock } from '@telltale/runtime/clock';
import { auditReplay, dropDeadLetter } from '@telltale/store/config';
import { listDeadLetters, readDeadLetter, type Db } from '@telltale/store/read';
import { z } from 'zod';
import { actorOf } from '../auth/actor.ts';
import { allow, documented } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { replayBatch, type Letter } from './replay-batch.ts';

export type DeadLetterDeps = {
  db: Db;
  clock: Clock;
  /** Straight into the stream: a letter's records are in the producer's books already, and are not counted again. */
  publishReplay: (batch: StreamBatch) => Promise<unknown>;
};

const params = z.object({ letter_id: z.uuid() });
const querystring = z.strictObject(teamQuery);
const missing = (): TelltaleError => new TelltaleError('not_found', 'there is no such dead letter');

/** What could not be stored, for a team's `admin` keys. */
export function deadLetterRoutes(app: ZodApp, { db, clock, publishReplay }: DeadLetterDeps): void {
  const find = async (teamId: string, letterId: string): Promise<Letter> => {
    const found = await readDeadLetter(db, { teamId, letterId });
    if (found === null) throw missing();
    return found;
  };

  app.get(
    '/api/v1/dead-letters',
    {
      config: allow('admin'),
      schema: {
        querystring: deadLettersQuery,
        ...documented('Admin', 'List what could not be stored', { 200: deadLettersAnswer }),
      },
    },
    async ({ team, query: { limit, offset } }) => {
      const { letters, total } = await listDeadLetters(db, { teamId: team, limit, offset });
      return { dead_letters: letters, total, limit, offset };
    },
  );

  app.get(
    '/api/v1/dead-letters/:letter_id',
    {
      config: allow('admin'),
      schema: { params, querystring, ...documented('Admin', 'One dead letter', { 200: deadLetterDetail }) },
    },
    async ({ team, params: { letter_id } }) => {
      const { letter, payload } = await find(team, letter_id);
      const encoding = isUtf8(payload) ? ('utf8' as const) : ('base64' as const);
      return { ...letter, payload: payload.toString(encoding), encoding };
    },
  );

  app.post(
    '/api/v1/dead-letters/:letter_id/replay',
    {
      config: allow('admin'),
      schema: { params, querystring, ...documented('Admin', 'Try to store it again', { 202: replayAnswer }) },
    },
    async (request, reply) => {
      const { team } = request;
      const { letter_id: letterId } = request.params;
      const found = await find(team, letterId);
      const batch = replayBatch(found, team, new Date(clock.now()).toISOString());
      const { producer_id, seq, records } = batch;
      await auditReplay(db, { teamId: team, letterId, actor: actorOf(callerOf(request)), attempt: seq });
      await publishReplay(batch);
      return reply.code(202).send({ id: letterId, producer_id, seq, records: records.length });
    },
  );

  app.delete(
    '/api/v1/dead-letters/:letter_id',
    {
      config: allow('admin'),
      schema: {
        params,
        querystring,
        ...documented('Admin', 'Give a dead letter up', { 204: z.void().describe('Dropped') }),
      },
    },
    async (request, reply) => {
      const { letter_id: letterId } = request.params;
      const actor = actorOf(callerOf(request));
      if (!(await dropDeadLetter(db, { teamId: request.team, letterId, actor }))) throw missing();
      return reply.code(204).send();
    },
  );
}
