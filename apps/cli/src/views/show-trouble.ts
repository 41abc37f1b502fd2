import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { unknownText } from '@telltale/contracts/format/unknown';
import type { ErrorsAnswer, SlowAnswer } from '@telltale/contracts/http/metrics-detail';
import type { View } from '../query/ask.ts';
import { formatTable } from '../table.ts';
import { lesser, numbers, words } from './columns.ts';
import { formatTime } from './words.ts';

const kinds = { llm_call: 'llm', tool_call: 'tool', service_call: 'service' } as const;

/** Ids of 36 characters leave no room in 80 columns for what was slow and what went wrong. */
const session = lesser({ heading: 'SESSION' });

/** The slowest operations, each with its session. */
export const showSlow: View<SlowAnswer> = ({ slow_operations }, page) => {
  const rows = slow_operations.map((operation) => [
    formatDuration(operation.duration_ms),
    kinds[operation.type],
    operation.name,
    formatTime(operation.timestamp),
    operation.session_id ?? unknownText,
  ]);
  return formatTable([numbers('TOOK'), 'KIND', words('NAME'), 'AT', session], rows, page);
};

/** What failed last, then how often each tool failed. */
export const showErrors: View<ErrorsAnswer> = ({ recent_errors, error_counts_by_tool }, page) => {
  const recent = recent_errors.map((error) => [
    formatTime(error.timestamp),
    kinds[error.kind],
    error.name,
    error.session_id ?? unknownText,
    { text: error.error, paint: page.red },
  ]);
  const counts = Object.entries(error_counts_by_tool)
    .toSorted(([, one], [, other]) => other - one)
    .map(([tool, count]) => [tool, formatCount(count)]);
  return [
    ...(recent.length > 0 ? [formatTable(['AT', 'KIND', words('NAME'), session, words('ERROR')], recent, page)] : []),
    ...(counts.length > 0 ? [formatTable([words('TOOL'), numbers('FAILED')], counts, page)] : []),
  ].join('\n');
};
