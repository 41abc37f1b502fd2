import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { unknownText } from '@telltale/contracts/format/unknown';
import type { SessionRow, SessionsAnswer } from '@telltale/contracts/http/metrics';
import { formatFields } from '../fields.ts';
import type { View } from '../query/ask.ts';
import { formatTable } from '../table.ts';
import { failures, lesser, numbers, words } from './columns.ts';
import { sumsFields } from './sums-fields.ts';
import { formatAge, formatCallCost, formatIds, formatTime, unpricedNote } from './words.ts';

export const showSessions: View<SessionsAnswer> = ({ sessions }, page, now) => {
  const columns = [
    'SESSION',
    words('AGENTS'),
    numbers('LAST ACTIVE'),
    lesser(numbers('DURATION')),
    numbers('COST'),
    numbers('TOKENS'),
    lesser(numbers('CALLS')),
    lesser(numbers('TOOLS')),
    lesser(numbers('ERRORS')),
    lesser(numbers('COMMITS')),
  ];
  const rows = sessions.map((session) => [
    session.session_id,
    formatIds(session.agent_ids),
    formatAge(session.last_activity, now),
    formatDuration(session.duration_ms),
    formatCallCost(session),
    formatCount(session.total_tokens),
    formatCount(session.llm_calls),
    formatCount(session.tool_calls),
    failures(session.llm_errors + session.tool_errors, page),
    formatCount(session.git_commits),
  ]);
  return formatTable(columns, rows, page) + unpricedNote(sessions.reduce((sum, row) => sum + row.unpriced_calls, 0));
};

export const showSession: View<SessionRow> = (session, page) => {
  const fields = formatFields(
    [
      ['Session', session.session_id],
      ['Agents', session.agent_ids.join(', ') || unknownText],
      ['Tasks', session.task_ids.join(', ') || unknownText],
      ['Started', formatTime(session.started_at)],
      ['Last active', formatTime(session.last_activity)],
      ['Duration', formatDuration(session.duration_ms)],
      ...sumsFields(session),
    ],
    page,
  );
  const tools = Object.entries(session.tools_used).toSorted(([, one], [, other]) => other - one);
  if (tools.length === 0) return fields;
  const rows = tools.map(([name, count]) => [name, formatCount(count)]);
  return `${fields}\n${formatTable([words('TOOL'), numbers('CALLS')], rows, page)}`;
};
