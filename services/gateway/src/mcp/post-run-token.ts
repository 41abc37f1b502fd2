import { teamQuery } from '@telltale/contracts/http/query';
import { runTokenAnswer } from '@telltale/contracts/http/run-token';
import { name } from '@telltale/contracts/text';
import type { Clock } from '@telltale/runtime/clock';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { makeRunToken } from './run-token.ts';

/** As long as the longest runs last. */
const lifetimeMs = 7 * 24 * 3_600_000;

/** `POST /api/v1/runs/{run_id}/token`: what the runner gives its program, so that it can ask about itself. */
export function postRunToken(app: ZodApp, { keySecret, clock }: { keySecret: string; clock: Clock }): void {
  app.post(
    '/api/v1/runs/:run_id/token',
    {
      config: allow('ingest', 'runner'),
      schema: {
        params: z.object({ run_id: name }),
        querystring: z.strictObject(teamQuery),
        body: z.strictObject({}),
        ...documented('Runs', 'A token that sees one run over MCP', { 200: runTokenAnswer }),
      },
    },
    async (request) => {
      const until = Math.floor((clock.now() + lifetimeMs) / 1_000);
      const { run_id } = request.params;
      const token = makeRunToken(keySecret, { team: request.team, run: run_id, key: callerOf(request).keyId, until });
      return { token, run_id, expires_at: new Date(until * 1_000).toISOString() };
    },
  );
}
