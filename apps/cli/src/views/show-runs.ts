import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { unknownText } from '@telltale/contracts/format/unknown';
import type { RunRow, RunsAnswer } from '@telltale/contracts/http/runs';
import { formatFields } from '../fields.ts';
import type { View } from '../query/ask.ts';
import { formatTable, type Cell } from '../table.ts';
import type { Page } from '../terminal/page.ts';
import { lesser, numbers, words } from './columns.ts';
import { sumsFields } from './sums-fields.ts';
import { formatAge, formatCallCost, formatIds, formatTime, unpricedNote } from './words.ts';

/** Runs as rows; also of one task. */
export function runsTable(runs: readonly RunRow[], page: Page, now: number): string {
  const headings = [
    'RUN',
    words('AGENT'),
    'STATE',
    numbers('STARTED'),
    lesser(numbers('TOOK')),
    numbers('COST'),
    lesser(numbers('TOKENS')),
    lesser(numbers('PEAK')),
    lesser(numbers('COMMITS')),
    lesser(words('COMMAND')),
  ];
  const rows = runs.map((run) => [
    run.run_id,
    run.agent_id,
    stateOf(run, page),
    formatAge(run.started_at, now),
    formatDuration(run.duration_ms),
    formatCallCost(run),
    formatCount(run.total_tokens),
    formatBytes(run.peak_memory_bytes),
    formatCount(run.git_commits),
    // Where the program lies says little, and would take the room of what it does.
    run.command?.replace(/^\S*\//, '') ?? '',
  ]);
  return formatTable(headings, rows, page);
}

export const showRuns: View<RunsAnswer> = ({ runs }, page, now) =>
  runsTable(runs, page, now) + unpricedNote(runs.reduce((sum, run) => sum + run.unpriced_calls, 0));

export const showRun: View<RunRow> = (run, page) =>
  formatFields(
    [
      ['Run', run.run_id],
      ['State', stateOf(run, page)],
      ['Command', run.command ?? unknownText],
      ['Agents', formatIds(run.agent_ids)],
      ['Session', run.session_id ?? unknownText],
      ['Task', run.task_id ?? unknownText],
      ['Host', run.host ?? unknownText],
      ['Process', run.pid === null ? unknownText : String(run.pid)],
      ['Started', formatTime(run.started_at)],
      ['Ended', formatTime(run.ended_at)],
      ['Duration', formatDuration(run.duration_ms)],
      ['Exit code', run.exit_code === null ? unknownText : String(run.exit_code)],
      ...(run.signal === null ? [] : [['Signal', run.signal] as const]),
      ['Output', run.output_capture ?? unknownText],
      ['Peak CPU', run.peak_cpu_percent === null ? unknownText : `${Math.round(run.peak_cpu_percent)} % of a core`],
      ['Peak processes', formatCount(run.peak_processes)],
      ...sumsFields(run),
    ],
    page,
  );

/** `running`, or why it ended. */
function stateOf(run: RunRow, page: Page): Cell {
  if (run.status === 'running') return { text: 'running', paint: page.green };
  const text = run.end_reason ?? 'ended';
  return run.lifecycle === 'error' ? { text, paint: page.red } : text;
}
