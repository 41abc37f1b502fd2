import { periodName } from '@telltale/contracts/http/query';
import { z } from 'zod';

/** What every address may carry; what is wrong in it counts as left out. */
export const rootSearch = z.object({
  team: z.string().min(1).max(64).optional().catch(undefined),
});

/** Of pages about a span of time. */
export const periodSearch = z.object({ period: periodName.optional().catch(undefined) });

const word = z.string().min(1).max(200).optional().catch(undefined);

export const fleetSearch = z.object({
  q: word,
  group: z.enum(['none', 'team', 'host', 'crew', 'state']).optional().catch(undefined),
  sort: z.enum(['name', 'activity', 'cost', 'tokens', 'memory']).optional().catch(undefined),
  state: word,
});
export const tasksSearch = z.object({
  view: z.enum(['table', 'board']).optional().catch(undefined),
  status: z.enum(['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED']).optional().catch(undefined),
  crew: word,
  agent: word,
  session: word,
  from: word,
  to: word,
});
export const costsSearch = periodSearch.extend({
  by: z
    .enum(['model', 'agent', 'task', 'day', 'session', 'provider', 'project', 'user', 'host'])
    .optional()
    .catch(undefined),
});
export const callsSearch = periodSearch.extend({
  kind: z.enum(['llm_call', 'tool_call', 'service_call']).optional().catch(undefined),
  model: word,
  agent: word,
  task: word,
  session: word,
  run: word,
  tool: word,
  service: word,
  status: z.enum(['ok', 'error', 'aborted']).optional().catch(undefined),
  q: word,
  from: word,
  to: word,
});
export const runsSearch = z.object({
  status: z.enum(['running', 'ended']).optional().catch(undefined),
  agent: word,
  session: word,
  task: word,
});
export const sessionsSearch = periodSearch.extend({ agent: word });
export const troubleSearch = periodSearch.extend({
  threshold: z.coerce.number().int().min(0).max(86_400_000).optional().catch(undefined),
  agent: word,
});
