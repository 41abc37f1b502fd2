import { formatDuration } from '@telltale/contracts/format/duration';
import { unknownText } from '@telltale/contracts/format/unknown';
import type { TaskDetail, TaskRow, TasksAnswer } from '@telltale/contracts/http/tasks';
import { formatFields } from '../fields.ts';
import type { View } from '../query/ask.ts';
import { formatTable, type Cell } from '../table.ts';
import type { Page } from '../terminal/page.ts';
import { lesser, numbers, words } from './columns.ts';
import { runsTable } from './show-runs.ts';
import { sumsFields } from './sums-fields.ts';
import { formatAge, formatTime } from './words.ts';

export const showTasks: View<TasksAnswer> = ({ tasks, total }, page, now) => {
  const rows = tasks.map((task) => [
    task.task_id,
    stateOf(task, page),
    task.agent_id ?? unknownText,
    task.crew_id ?? unknownText,
    formatAge(task.start_time, now),
    formatDuration(task.duration_ms),
    inputs(task.input_summary),
    task.error_preview ?? '',
  ]);
  const headings = [
    'TASK',
    'STATE',
    words('AGENT'),
    lesser(words('CREW')),
    numbers('STARTED'),
    lesser(numbers('TOOK')),
    lesser(words('INPUT')),
    lesser(words('ERROR')),
  ];
  const more = total > tasks.length ? `\n${tasks.length} of ${total} tasks\n` : '';
  return formatTable(headings, rows, page) + more;
};

/** One task: what went in and came out, what it did and what it cost. */
export const showTask: View<TaskDetail> = (task, page, now) => {
  const { steps, tool_calls: tools, warnings } = task.logs_summary;
  const fields = formatFields(
    [
      ['Task', task.task_id],
      ['State', stateOf(task, page)],
      ['Agent', task.agent_id ?? unknownText],
      ['Crew', task.crew_id ?? unknownText],
      ['Session', task.session_id ?? unknownText],
      ['Started', formatTime(task.start_time)],
      ['Ended', formatTime(task.end_time)],
      ['Duration', formatDuration(task.duration_ms)],
      ['Inputs', asText(task.inputs)],
      ['Output', asText(task.output)],
      ['Error', task.error_message === null ? unknownText : { text: task.error_message, paint: page.red }],
      ...sumsFields(task),
    ],
    page,
  );
  const parts = [
    section(
      ['STEP', numbers('TOOK'), words('SUMMARY')],
      steps.map((step) => [step.name, formatDuration(step.duration_ms), step.summary ?? '']),
      page,
    ),
    section(
      ['TOOL', 'RESULT', words('INPUT'), words('OUTPUT')],
      tools.map((call) => [
        call.name,
        call.success ? 'ok' : { text: 'failed', paint: page.red },
        call.input ?? '',
        call.output ?? '',
      ]),
      page,
    ),
    section(
      ['AT', words('WARNING')],
      warnings.map((warning) => [formatTime(warning.timestamp), warning.message]),
      page,
    ),
    section(
      ['ARTIFACT', words('URI')],
      task.artifacts.map((artifact) => [artifact.artifact_type, artifact.uri]),
      page,
    ),
    task.runs.length === 0 ? '' : runsTable(task.runs, page, now),
    moreOf(task),
  ];
  return [fields, ...parts.filter((part) => part !== '')].join('\n');
};

/** What the tables above do not show. */
const moreOf = ({ truncated = [] }: TaskDetail): string =>
  truncated.length === 0
    ? ''
    : `there are more ${truncated.map((list) => list.replace('_', ' ')).join(', ')} than these\n`;

function section(...[headings, rows, page]: Parameters<typeof formatTable>): string {
  return rows.length === 0 ? '' : formatTable(headings, rows, page);
}

const inputs = (summary: TaskRow['input_summary']): string =>
  Object.entries(summary)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(' ');

const asText = (value: unknown): string => (value === null ? unknownText : JSON.stringify(value));

function stateOf({ status }: TaskRow, page: Page): Cell {
  if (status === 'RUNNING') return { text: status, paint: page.green };
  return status === 'FAILED' ? { text: status, paint: page.red } : status;
}
