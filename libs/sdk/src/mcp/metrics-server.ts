import { TelltaleError } from '@telltale/contracts/errors';
import { formatDuration } from '@telltale/contracts/format/duration';
import { formatMoney } from '@telltale/contracts/format/money';
import { McpServer, type CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { createGetMetrics, getMetricsInput } from '../metrics-tool/get-metrics.ts';
import type { MetricsScope, MetricsSource } from '../metrics-tool/metrics-source.ts';
import { readRunHistory } from '../metrics-tool/run-history.ts';
import { budgetWords, runWords } from '../metrics-tool/words.ts';
import { noticeFor } from './run-notice.ts';

export type MetricsServerOptions = {
  source: MetricsSource;
  scope: MetricsScope;
  version: string;
  /** The tools that see the whole team; a run never has them, a team key has to ask for them. */
  teamTools?: boolean;
};

const readOnly = { readOnlyHint: true, openWorldHint: false } as const;

const said = (structured: Record<string, unknown>, words: Record<string, unknown>): CallToolResult => ({
  content: [{ type: 'text', text: JSON.stringify(words, null, 2) }],
  structuredContent: structured,
});

const failed = (message: string): CallToolResult => ({ content: [{ type: 'text', text: message }], isError: true });

/** What cannot be answered is an answer of the tool: the model reads it, the connection goes on. */
async function answered(ask: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await ask();
  } catch (error) {
    return failed(error instanceof TelltaleError ? error.message : 'this cannot be read now');
  }
}

/** An answer to a run, and beside it what it is near to or has reached. */
async function withNotice(source: MetricsSource, runId: string, answer: CallToolResult): Promise<CallToolResult> {
  const text = await noticeFor(source, runId);
  return text === null ? answer : { ...answer, content: [...answer.content, { type: 'text', text }] };
}

/** What is left to spend, of a run or of the team: to be read before much is begun. */
function addBudgetTool(server: McpServer, source: MetricsSource, query: { run_id?: string }): void {
  server.registerTool(
    'get_budget',
    {
      description: 'What is left of the budgets that the next calls to models count in, and when they begin anew.',
      inputSchema: z.object({}),
      annotations: readOnly,
    },
    () =>
      answered(async () => {
        const found = await source.budgetStatus(query);
        return said(found, budgetWords(found));
      }),
  );
}

function addRunTools(server: McpServer, source: MetricsSource, runId: string): void {
  addBudgetTool(server, source, { run_id: runId });
  server.registerTool(
    'get_progress',
    {
      description: 'How far this run has come: time, cost, tokens, calls, commits.',
      inputSchema: z.object({}),
      annotations: readOnly,
    },
    () =>
      answered(async () => {
        const run = await source.run(runId);
        return withNotice(source, runId, said(run, runWords(run)));
      }),
  );
  server.registerTool(
    'get_run_history',
    {
      description: 'How earlier runs of this agent ended, and what a completed one took.',
      inputSchema: z.object({}),
      annotations: readOnly,
    },
    () =>
      answered(async () => {
        const history = await readRunHistory(source, await source.run(runId));
        const { median_duration_ms: duration, median_cost_usd: cost, ...rest } = history;
        const words = { ...rest, median_duration: formatDuration(duration), median_cost: formatMoney(cost) };
        return withNotice(source, runId, said(history, words));
      }),
  );
}

const runsInput = z.object({
  agent_id: z.string().min(1).max(200).optional(),
  status: z.enum(['running', 'ended']).optional(),
  limit: z.int().min(1).max(100).default(10),
});

function addTeamTools(server: McpServer, source: MetricsSource): void {
  addBudgetTool(server, source, {});
  server.registerTool(
    'list_runs',
    { description: 'Runs of the team, newest first.', inputSchema: runsInput, annotations: readOnly },
    (query) =>
      answered(async () => {
        const found = await source.runs(query);
        return said(found, { runs: found.runs.map((run) => ({ agent_id: run.agent_id, ...runWords(run) })) });
      }),
  );
}

/** The same source; of a run that has just begun, and of which nothing is stored yet, it says that rather than that there is none. */
const knowingOwnRun = (source: MetricsSource, runId: string): MetricsSource => ({
  ...source,
  async run(id) {
    try {
      return await source.run(id);
    } catch (error) {
      if (id !== runId || !(error instanceof TelltaleError) || error.code !== 'not_found') throw error;
      throw new TelltaleError('not_found', 'nothing of this run is stored yet; ask again in a few seconds');
    }
  },
});

/** A server for one request or one connection: it reads, and sees only what its scope holds. */
export function createMetricsServer({
  source: given,
  scope,
  version,
  teamTools = false,
}: MetricsServerOptions): McpServer {
  const source = 'runId' in scope ? knowingOwnRun(given, scope.runId) : given;
  const server = new McpServer({ name: 'telltale', version }, { capabilities: { tools: {} } });
  const getMetrics = createGetMetrics({ source, scope });
  server.registerTool(
    'get_metrics',
    {
      title: 'Metrics',
      description: 'What this agent has cost and done: summary, costs, tools, session, slow operations, errors.',
      inputSchema: getMetricsInput,
      annotations: readOnly,
    },
    async (input) => {
      const found = await getMetrics(input);
      if (!found.ok) return failed(found.message);
      const answer = said(found.structured, found.words);
      return 'runId' in scope ? withNotice(source, scope.runId, answer) : answer;
    },
  );
  if ('runId' in scope) addRunTools(server, source, scope.runId);
  else if (teamTools) addTeamTools(server, source);
  return server;
}
