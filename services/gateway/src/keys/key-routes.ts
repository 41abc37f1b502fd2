import { TelltaleError } from '@telltale/contracts/errors';
import {
  createKeyBody,
  createdKey,
  keysAnswer,
  keysQuery,
  type CreateKeyBody,
  type Principal,
} from '@telltale/contracts/http/keys';
import { teamQuery } from '@telltale/contracts/http/query';
import { createKey, listKeys, revokeKey, type Db } from '@telltale/store/config';
import { z } from 'zod';
import { chooseTeam, defaultTeam, everyTeam, type Access } from '../auth/access.ts';
import { actorOf } from '../auth/actor.ts';
import { allow, documented } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';

export type KeyDeps = { db: Db; keySecret: string };

/** An operator's key without `team_id` reaches the keys of every team. */
const reach = (access: Access, asked: string | undefined): string =>
  access.teamId === everyTeam && asked === undefined ? everyTeam : chooseTeam(access, asked);

/** A key never makes one that may more than itself. */
function demandOwnScopes(access: Access, { scopes }: CreateKeyBody): void {
  const missing = scopes.filter((scope) => !access.scopes.has(scope));
  if (missing.length === 0) return;
  const detail = `this key lacks the scope ${missing.join(', ')} and cannot give it`;
  throw new TelltaleError('forbidden', detail, { errors: [{ pointer: '#/scopes', code: 'forbidden', detail }] });
}

/** Keys of a team, for its `admin` keys. A changed key counts everywhere within 30 s. */
export function keyRoutes(app: ZodApp, { db, keySecret }: KeyDeps): void {
  app.post(
    '/api/v1/keys',
    {
      config: allow('admin'),
      schema: {
        querystring: z.strictObject(teamQuery),
        body: createKeyBody,
        ...documented('Admin', 'Make a key, and its team', { 201: createdKey }),
      },
    },
    async (request, reply) => {
      const access = callerOf(request);
      const { body } = request;
      demandOwnScopes(access, body);
      const teamId = chooseTeam(access, body.team_id ?? request.query.team_id ?? defaultTeamOf(access));
      const name = body.name ?? `${teamId}-${body.scopes.join('-')}`;
      const principal: Principal = body.principal ?? { kind: 'service', id: name };
      const expiresAt = body.expires_at === undefined ? null : new Date(body.expires_at);
      const wanted = { teamId, scopes: body.scopes, name, principal, expiresAt, keySecret, actor: actorOf(access) };
      return reply.code(201).send(await createKey(db, wanted));
    },
  );

  app.get(
    '/api/v1/keys',
    {
      config: allow('admin'),
      schema: { querystring: keysQuery, ...documented('Admin', 'List keys', { 200: keysAnswer }) },
    },
    async (request) => {
      const { team_id, limit, offset } = request.query;
      const page = await listKeys(db, { teamId: reach(callerOf(request), team_id), limit, offset });
      return { ...page, limit, offset };
    },
  );

  app.delete(
    '/api/v1/keys/:key_id',
    {
      config: allow('admin'),
      schema: {
        params: z.object({ key_id: z.string().max(64) }),
        querystring: z.strictObject(teamQuery),
        ...documented('Admin', 'Revoke a key', { 204: z.void().describe('Revoked') }),
      },
    },
    async (request, reply) => {
      const access = callerOf(request);
      const { key_id: keyId } = request.params;
      const teamId = reach(access, request.query.team_id);
      const found = await revokeKey(db, { teamId, keyId, actor: actorOf(access) });
      if (!found) throw new TelltaleError('not_found', 'there is no such key');
      return reply.code(204).send();
    },
  );
}

const defaultTeamOf = (access: Access): string => (access.teamId === everyTeam ? defaultTeam : access.teamId);
