import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatCount } from '@telltale/contracts/format/count';
import { formatMoney } from '@telltale/contracts/format/money';
import { unknownText } from '@telltale/contracts/format/unknown';
import type { AgentTelemetry, ProcessMetrics } from '@telltale/contracts/http/agent-telemetry';
import type { AgentRow, AgentsAnswer } from '@telltale/contracts/http/agents';
import type { AgentsOfPeriod } from '@telltale/contracts/http/metrics-detail';
import { formatFields } from '../fields.ts';
import type { View } from '../query/ask.ts';
import { formatTable, type Cell } from '../table.ts';
import type { Page } from '../terminal/page.ts';
import { failures, lesser, numbers, words } from './columns.ts';
import { formatAge, formatCallCost, formatTime, unpricedNote } from './words.ts';

export const showAgents: View<AgentsAnswer> = ({ agents }, page, now) => {
  const headings = [
    'AGENT',
    'STATE',
    lesser(words('WHY')),
    lesser(words('HOST')),
    numbers('LAST SEEN'),
    numbers('COST'),
    numbers('TOKENS'),
    lesser(numbers('CALLS')),
    lesser(numbers('TOOLS')),
    lesser(numbers('FAILED')),
    lesser(numbers('COMMITS')),
  ];
  const rows = agents.map((agent) => [
    agent.name === agent.agent_id ? agent.agent_id : `${agent.agent_id} (${agent.name})`,
    stateOf(agent, page),
    agent.state_reason,
    agent.host ?? unknownText,
    formatAge(agent.last_updated, now),
    formatCallCost(agent),
    formatCount(agent.total_tokens),
    formatCount(agent.llm_calls),
    formatCount(agent.tool_calls),
    failures(agent.llm_errors + agent.tool_errors, page),
    formatCount(agent.git_commits),
  ]);
  return formatTable(headings, rows, page) + unpricedNote(agents.reduce((sum, row) => sum + row.unpriced_calls, 0));
};

/** What agents came to in a period, most expensive first. */
export const showAgentsOfPeriod: View<AgentsOfPeriod> = ({ agents }, page) => {
  const headings = [
    'AGENT',
    numbers('COST'),
    numbers('TOKENS'),
    numbers('CALLS'),
    numbers('TOOLS'),
    numbers('FAILED'),
    numbers('COMMITS'),
    lesser(numbers('MEMORY')),
  ];
  const rows = agents.map((agent) => [
    agent.agent_id,
    formatCallCost(agent),
    formatCount(agent.total_tokens),
    formatCount(agent.llm_calls),
    formatCount(agent.tool_calls),
    failures(agent.llm_errors + agent.tool_errors, page),
    formatCount(agent.git_commits),
    formatBytes(agent.peak_memory_bytes),
  ]);
  return formatTable(headings, rows, page) + unpricedNote(agents.reduce((sum, row) => sum + row.unpriced_calls, 0));
};

/** Who called no model has spent nothing that one could speak of. */
const costOf = ({ model, cost_usd, unpriced_calls }: AgentTelemetry['token_usage']): string =>
  model === null
    ? unknownText
    : formatMoney(cost_usd, 'agent_card') + (cost_usd !== null && unpriced_calls > 0 ? '+' : '');

/** What one agent is doing: its process, its use of models, its last git activity and its last lines, oldest first. */
export const showAgent: View<AgentTelemetry> = (agent, page) => {
  const { process_metrics: process, token_usage: usage } = agent;
  const fields = formatFields(
    [
      ['Agent', `${agent.agent_id} of team ${agent.team_id}`],
      ['Last seen', formatTime(agent.last_updated)],
      ['Process', process === null ? unknownText : treeOf(process)],
      ['CPU', process === null ? unknownText : `${Math.round(process.cpu_percent)} % of a core`],
      ['Memory', formatBytes(process?.memory_bytes)],
      ['Model', usage.model ?? unknownText],
      ['Cost', costOf(usage)],
      [
        'Tokens',
        `${formatCount(usage.total_tokens)} (${formatCount(usage.input_tokens)} in, ${formatCount(usage.output_tokens)} out)`,
      ],
    ],
    page,
  );
  const git = agent.git_activities
    .toReversed()
    .map((item) => [
      formatTime(item.at),
      item.operation,
      item.branch ?? unknownText,
      item.sha?.slice(0, 8) ?? '',
      item.message ?? '',
    ]);
  const logs = agent.activity_logs
    .toReversed()
    .map((item) => [
      formatTime(item.timestamp),
      item.level === 'error' ? { text: item.level, paint: page.red } : item.level,
      item.source,
      item.message,
    ]);
  return [
    fields,
    ...(git.length > 0 ? [formatTable(['AT', 'GIT', words('BRANCH'), 'SHA', words('MESSAGE')], git, page)] : []),
    ...(logs.length > 0 ? [formatTable(['AT', 'LEVEL', 'SOURCE', words('MESSAGE')], logs, page)] : []),
    ...(usage.unpriced_calls > 0 ? [unpricedNote(usage.unpriced_calls).trimStart()] : []),
  ].join('\n');
};

const treeOf = ({ pid, processes }: ProcessMetrics): string =>
  processes <= 1 ? String(pid) : `${pid}, ${processes} processes in all`;

function stateOf({ state }: AgentRow, page: Page): Cell {
  if (state === 'working') return { text: state, paint: page.green };
  return state === 'stuck' || state === 'over_budget' || state === 'silent'
    ? { text: state, paint: page.yellow }
    : state;
}
