import { TelltaleError } from '@telltale/contracts/errors';
import {
  changePricesQuery,
  pricesAnswer,
  pricesQuery,
  setPricesAnswer,
  setPricesBody,
} from '@telltale/contracts/http/prices';
import { limits } from '@telltale/contracts/limits';
import type { Clock } from '@telltale/runtime/clock';
import { everyTeamsPrices, listPrices, removePrice, setPrices, type Db } from '@telltale/store/config';
import { z } from 'zod';
import { chooseTeam, everyTeam, type Access } from '../auth/access.ts';
import { actorOf } from '../auth/actor.ts';
import { allow, allowForKnownTeam, documented } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { bookOf } from './book-of.ts';
import { listEffective } from './list-effective.ts';

export type PriceDeps = { db: Db; clock: Clock };

/** Whose rows a change is about: a team's, or, for the operator alone, those of every team. */
function reach(access: Access, { team_id, instance }: z.output<typeof changePricesQuery>): string {
  if (instance === 'false') return chooseTeam(access, team_id);
  if (access.teamId === everyTeam) return everyTeamsPrices;
  const detail = "changes the prices of every team; use the operator's key for it";
  throw new TelltaleError('forbidden', `instance: ${detail}`, {
    errors: [{ parameter: 'instance', code: 'forbidden', detail }],
  });
}

/** A team's own prices, for its `admin` keys. Collectors price by a change within 10 s; stored calls keep their price. */
export function priceRoutes(app: ZodApp, { db, clock }: PriceDeps): void {
  app.get(
    '/api/v1/prices',
    {
      config: allow('admin'),
      schema: { querystring: pricesQuery, ...documented('Admin', 'List prices', { 200: pricesAnswer }) },
    },
    async (request) => {
      const { team_id, model, provider, limit, offset } = request.query;
      const teamId = chooseTeam(callerOf(request), team_id);
      const { rows: stored, defaultPrice: default_price } = await listPrices(db, teamId);
      const book = await bookOf(db, teamId);
      const rows = listEffective({ stored, book, model, provider, now: clock.now() });
      const prices = rows.slice(offset, offset + limit);
      return { prices, default_price, price_version: book.version, total: rows.length, limit, offset };
    },
  );

  app.post(
    '/api/v1/prices',
    {
      config: allowForKnownTeam('admin'),
      bodyLimit: limits.bodyBytes,
      schema: {
        querystring: changePricesQuery,
        body: setPricesBody,
        ...documented('Admin', 'Set prices: one row, or those of a file', { 201: setPricesAnswer }),
      },
    },
    async (request, reply) => {
      const access = callerOf(request);
      const teamId = reach(access, request.query);
      const { prices, default_price: defaultPrice } = request.body;
      const ids = await setPrices(db, { teamId, prices, defaultPrice, actor: actorOf(access) });
      return reply.code(201).send({ ids, price_version: (await bookOf(db, teamId)).version });
    },
  );

  app.delete(
    '/api/v1/prices/:price_id',
    {
      config: allow('admin'),
      schema: {
        params: z.object({ price_id: z.uuid() }),
        querystring: changePricesQuery,
        ...documented('Admin', 'Remove a price', { 204: z.void().describe('Removed') }),
      },
    },
    async (request, reply) => {
      const access = callerOf(request);
      const teamId = reach(access, request.query);
      const found = await removePrice(db, { teamId, priceId: request.params.price_id, actor: actorOf(access) });
      if (!found) throw new TelltaleError('not_found', 'there is no such price');
      return reply.code(204).send();
    },
  );
}
