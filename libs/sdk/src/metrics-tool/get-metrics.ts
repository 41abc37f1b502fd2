import { TelltaleError } from '@telltale/contracts/errors';
import { periodName } from '@telltale/contracts/http/query';
import { plainWords } from '@telltale/contracts/plain-words';
import { z } from 'zod';
import type { MetricsScope, MetricsSource } from './metrics-source.ts';
import { costsWords, errorsWords, runWords, sessionWords, slowWords, summaryWords, toolsWords } from './words.ts';

/** What `get_metrics` takes. `action` is any word, so that a wrong one is answered in words, not as a broken call. */
export const getMetricsInput = z.object({
  action: z
    .string({ error: 'say one of summary, costs, tools, session, slow, errors' })
    .describe('summary, costs, tools, session, slow or errors'),
  period: periodName.default('day').describe('the last hour, day, week or month, or all'),
  tool_name: z.string().min(1).max(200).optional().describe('tools: only this one'),
  thread_id: z.string().min(1).max(200).optional().describe('session: which conversation; a run knows its own'),
  limit: z.int().min(1).max(100).default(10).describe('how many rows of a list'),
});
export type GetMetricsInput = z.input<typeof getMetricsInput>;
type Question = z.output<typeof getMetricsInput>;

/** An answer as MCP has it: in numbers for programs, in words for models. */
export type MetricsAnswer =
  | { ok: true; structured: Record<string, unknown>; words: Record<string, unknown> }
  | { ok: false; message: string };

type Context = { source: MetricsSource; scope: MetricsScope; question: Question };
type Action = (context: Context) => Promise<MetricsAnswer>;

const answer = (structured: Record<string, unknown>, words: Record<string, unknown>): MetricsAnswer => ({
  ok: true,
  structured,
  words,
});
const refuse = (message: string): MetricsAnswer => ({ ok: false, message });

/** The filter that keeps a run to itself. */
const within = (scope: MetricsScope): { run_id?: string } => ('runId' in scope ? { run_id: scope.runId } : {});

const slow: Action = async ({ source, scope, question: { period, limit } }) => {
  const found = await source.slow({ period, limit, ...within(scope) });
  return answer(found, slowWords(found));
};

const tools: Action = async ({ source, scope, question: { period, tool_name: name, limit } }) => {
  if (name === undefined) {
    const found = await source.tools({ period, limit, ...within(scope) });
    return answer(found, toolsWords(found.tools));
  }
  const tool = await source.tool(name, { period, ...within(scope) });
  return answer(tool, toolsWords([tool]));
};

/** A run sees the one conversation that is its own; without a thread, what the run came to is the answer. */
const session: Action = async ({ source, scope, question: { thread_id: asked } }) => {
  if ('runId' in scope) {
    const run = await source.run(scope.runId);
    if (asked !== undefined && asked !== run.session_id) return refuse('thread_id: is not the session of this run');
    return answer(run, runWords(run));
  }
  if (asked === undefined) return refuse('thread_id required for session metrics');
  const found = await source.session(asked);
  return answer(found, sessionWords(found));
};

const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  [
    'summary',
    async ({ source, scope, question: { period } }) => {
      const found = await source.summary({ period, ...within(scope) });
      return answer(found, summaryWords(found));
    },
  ],
  [
    'costs',
    async ({ source, scope, question: { period } }) => {
      const found = await source.costs({ period, ...within(scope) });
      return answer(found, costsWords(found));
    },
  ],
  ['tools', tools],
  ['session', session],
  ['slow', slow],
  ['slow_operations', slow],
  [
    'errors',
    async ({ source, scope, question: { period, limit } }) => {
      const found = await source.errors({ period, limit, ...within(scope) });
      return answer(found, errorsWords(found));
    },
  ],
]);

/**
 * The tool by which an agent asks what it has cost and done so far: over MCP, or called in the agent's own process.
 * Never throws: what went wrong is the answer, in words an agent can act on.
 */
export function createGetMetrics({ source, scope }: { source: MetricsSource; scope: MetricsScope }) {
  return async (input: GetMetricsInput): Promise<MetricsAnswer> => {
    const parsed = getMetricsInput.safeParse(input, { error: plainWords });
    if (!parsed.success) return refuse(z.prettifyError(parsed.error));
    const action = actions.get(parsed.data.action);
    if (action === undefined) return refuse(`Unknown action: ${parsed.data.action.slice(0, 200)}`);
    try {
      return await action({ source, scope, question: parsed.data });
    } catch (error) {
      if (error instanceof TelltaleError) return refuse(error.message);
      return refuse('the metrics cannot be read now');
    }
  };
}
export type GetMetrics = ReturnType<typeof createGetMetrics>;
