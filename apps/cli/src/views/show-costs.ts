import { formatCount } from '@telltale/contracts/format/count';
import { formatMoney } from '@telltale/contracts/format/money';
import { unknownText } from '@telltale/contracts/format/unknown';
import type { CostsAnswer } from '@telltale/contracts/http/metrics-detail';
import type { View } from '../query/ask.ts';
import { formatTable } from '../table.ts';
import { numbers } from './columns.ts';
import { formatPeriod } from './format-period.ts';
import { estimatedNote, formatCost, unpricedNote } from './words.ts';

/** What a period cost by one property, the sum at the end. */
export const showCosts: View<CostsAnswer> = (costs, page) => {
  const rows = costs.groups.map(({ key, cost_usd, unpriced_calls, calls, total_tokens }) => [
    key ?? unknownText,
    formatCost({ cost_usd, partial: unpriced_calls > 0 }),
    share(cost_usd, costs.total_cost_usd),
    formatCount(calls),
    formatCount(total_tokens),
  ]);
  const sum = (of: 'calls' | 'total_tokens') =>
    formatCount(costs.groups.reduce((all, group) => all + group[of], costs.not_listed?.[of] ?? 0));
  const total = formatCost({ cost_usd: costs.total_cost_usd, partial: costs.partial });
  const bold = (text: string) => ({ text, paint: page.bold });
  const last = ['total', total, '', sum('calls'), sum('total_tokens')].map(bold);
  const headings = [
    // Never cut: what people look for next.
    costs.group_by.toUpperCase(),
    numbers('COST'),
    numbers('SHARE'),
    numbers('CALLS'),
    numbers('TOKENS'),
  ];
  const average = `\na priced call cost ${formatMoney(costs.avg_cost_per_call)} on average\n`;
  return [
    formatPeriod(costs, page),
    formatTable(headings, [...rows, last], page),
    costs.not_listed === undefined ? '' : cutNote(costs),
    costs.avg_cost_per_call === null ? '' : average,
    unpricedNote(costs.unpriced_calls),
    estimatedNote(costs.estimated_calls),
  ].join('');
};

/** Of times the last are listed, of anything else what cost most. */
function cutNote({ group_by, groups }: CostsAnswer): string {
  const which = group_by === 'day' || group_by === 'hour' ? 'last' : 'dearest';
  return `\nlisted are the ${which} ${formatCount(groups.length)}; a shorter period or a filter tells of others\n`;
}

const share = (part: number | null, whole: number | null): string =>
  part === null || whole === null || whole <= 0 ? '' : `${Math.round((part / whole) * 100)} %`;
