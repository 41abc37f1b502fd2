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

const ofKinds = { llm_call: 'of models', tool_call: 'of tools', service_call: 'of services' };

/** How many calls did not end well, by kind; not all of them are listed. */
function countsInWords(counts: ErrorsAnswer['error_counts_by_kind']): string {
  const told = (Object.keys(ofKinds) as (keyof typeof ofKinds)[]).filter((kind) => counts[kind] > 0);
  if (told.length === 0) return '';
  return `failed or aborted: ${told.map((kind) => `${formatCount(counts[kind])} ${ofKinds[kind]}`).join(', ')}\n`;
}

/** What failed last, then how often each tool failed, and how many calls did in all. */
export const showErrors: View<ErrorsAnswer> = ({ recent_errors, error_counts_by_tool, error_counts_by_kind }, page) => {
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
    countsInWords(error_counts_by_kind),
  ].join('\n');
};
