import type { ModelRow } from '@telltale/contracts/http/metrics-detail';
import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { Link } from '@tanstack/react-router';
import type { Column } from '../../ui/data-table.tsx';
import { formatCompact } from '../../ui/format-compact.ts';
import { PartialCost } from '../../ui/partial-cost.tsx';
import { Money } from '../../ui/money.tsx';

export const modelColumns: readonly Column<ModelRow>[] = [
  {
    id: 'model',
    header: 'Model',
    value: (row) => row.model,
    cell: (row) => (
      <Link
        data-nav
        to="/calls"
        search={{ model: row.model }}
        className="font-medium hover:text-accent hover:underline"
      >
        {row.model}
      </Link>
    ),
  },
  {
    id: 'llm_calls',
    header: 'Calls',
    isNumber: true,
    value: (row) => row.llm_calls,
    cell: (row) => formatCount(row.llm_calls),
  },
  {
    id: 'llm_errors',
    header: 'Errors',
    isNumber: true,
    value: (row) => row.llm_errors,
    cell: (row) => <span className={row.llm_errors > 0 ? 'text-bad' : ''}>{formatCount(row.llm_errors)}</span>,
  },
  {
    id: 'total_tokens',
    header: 'Tokens',
    isNumber: true,
    value: (row) => row.total_tokens,
    cell: (row) => formatCompact(row.total_tokens),
  },
  {
    id: 'p50_latency_ms',
    header: 'p50',
    isNumber: true,
    value: (row) => row.p50_latency_ms,
    cell: (row) => formatDuration(row.p50_latency_ms),
  },
  {
    id: 'p95_latency_ms',
    header: 'p95',
    isNumber: true,
    value: (row) => row.p95_latency_ms,
    cell: (row) => formatDuration(row.p95_latency_ms),
  },
  {
    id: 'p99_latency_ms',
    header: 'p99',
    isNumber: true,
    isWide: true,
    value: (row) => row.p99_latency_ms,
    cell: (row) => formatDuration(row.p99_latency_ms),
  },
  {
    id: 'p50_ttft_ms',
    header: 'TTFT p50',
    isNumber: true,
    isWide: true,
    value: (row) => row.p50_ttft_ms,
    cell: (row) => formatDuration(row.p50_ttft_ms),
  },
  {
    id: 'output_tokens_per_second',
    header: 'Out tok/s',
    isNumber: true,
    isWide: true,
    value: (row) => row.output_tokens_per_second,
    cell: (row) => (row.output_tokens_per_second === 0 ? '–' : row.output_tokens_per_second.toFixed(0)),
  },
  {
    id: 'cost_usd',
    header: 'Cost',
    isNumber: true,
    value: (row) => row.cost_usd,
    cell: (row) => (
      <>
        <PartialCost unpriced={row.unpriced_calls} /> <Money usd={row.cost_usd} />
      </>
    ),
  },
];
