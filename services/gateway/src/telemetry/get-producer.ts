import { TelltaleError } from '@telltale/contracts/errors';
import { teamQuery } from '@telltale/contracts/http/query';
import { producerAnswer } from '@telltale/contracts/http/telemetry';
import { name } from '@telltale/contracts/text';
import { readProducer, type Db } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';

const params = z.object({ producer_id: name });

export function getProducer(app: ZodApp, { db }: { db: Db }): void {
  app.get(
    '/api/v1/telemetry/producers/:producer_id',
    {
      config: allow('ingest', 'runner', 'read'),
      schema: {
        params,
        querystring: z.strictObject(teamQuery),
        ...documented('Telemetry', 'How far a producer is stored', { 200: producerAnswer }),
      },
    },
    async (request) => {
      const { producer_id } = request.params;
      const answer = await readProducer(db, { teamId: request.team, producerId: producer_id });
      if (answer === null) throw new TelltaleError('not_found', 'nothing of such a producer is stored');
      return answer;
    },
  );
}
