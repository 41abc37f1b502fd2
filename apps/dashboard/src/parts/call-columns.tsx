import type { CallRow } from '@telltale/contracts/http/records';
import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { formatBytes } from '@telltale/contracts/format/bytes';
import { Link } from '@tanstack/react-router';
import { Badge } from '../ui/badge.tsx';
import type { Column } from '../ui/data-table.tsx';
import { formatDayTime, formatInstant } from '../ui/format-time.ts';
import { Money } from '../ui/money.tsx';

type Of<K extends CallRow['kind']> = Extract<CallRow, { kind: K }>;

const when = {
  id: 'at',
  header: 'Time',
  value: (row: { at: string }) => row.at,
  cell: (row: { at: string }) => (
    <time dateTime={row.at} title={formatInstant(row.at)} className="nums whitespace-nowrap text-quiet">
      {formatDayTime(row.at)}
    </time>
  ),
} as const;
const who = {
  id: 'agent_id',
  header: 'Agent',
  isWide: true,
  value: (row: { agent_id: string }) => row.agent_id,
  cell: (row: { agent_id: string }) => (
    <Link to="/agents/$id" params={{ id: row.agent_id }} className="hover:text-accent hover:underline">
      {row.agent_id}
    </Link>
  ),
} as const;
const duration = {
  id: 'duration_ms',
  header: 'Duration',
  isNumber: true,
  value: (row: { duration_ms?: number | undefined }) => row.duration_ms,
  cell: (row: { duration_ms?: number | undefined }) => formatDuration(row.duration_ms),
} as const;
const outcome = (isGood: boolean, word: string, why: string | undefined) => (
  <span className="flex items-center gap-1.5">
    <Badge tone={isGood ? 'good' : 'bad'}>{word}</Badge>
    {why === undefined ? null : (
      <span className="max-w-64 truncate text-xs text-bad" title={why}>
        {why}
      </span>
    )}
  </span>
);

export const llmColumns: readonly Column<Of<'llm_call'>>[] = [
  when,
  who,
  {
    id: 'model',
    header: 'Model',
    value: (row) => row.model,
    cell: (row) => (
      <span data-nav tabIndex={-1} className="font-medium">
        {row.model}
      </span>
    ),
  },
  {
    id: 'input_tokens',
    isMinor: true,
    header: 'Input',
    isNumber: true,
    hint: 'Cached tokens included',
    value: (row) => row.input_tokens,
    cell: (row) => formatCount(row.input_tokens),
  },
  {
    id: 'cache_read_tokens',
    header: 'Cached',
    isNumber: true,
    isWide: true,
    value: (row) => row.cache_read_tokens,
    cell: (row) => formatCount(row.cache_read_tokens),
  },
  {
    id: 'output_tokens',
    header: 'Output',
    isNumber: true,
    hint: 'Reasoning included',
    value: (row) => row.output_tokens,
    cell: (row) => formatCount(row.output_tokens),
  },
  {
    id: 'ttft_ms',
    header: 'TTFT',
    isNumber: true,
    isWide: true,
    hint: 'Time to the first token',
    value: (row) => row.ttft_ms,
    cell: (row) => formatDuration(row.ttft_ms),
  },
  { ...duration, isMinor: true },
  {
    id: 'cost_usd',
    header: 'Cost',
    isNumber: true,
    value: (row) => row.cost_usd,
    cell: (row) => (
      <>
        {row.cost_source === 'estimated' || row.cost_source === 'approximate' ? '≈ ' : ''}
        <Money
          usd={row.cost_usd}
          note={`${row.cost_source}${row.price_version === undefined ? '' : `, prices ${row.price_version}`}`}
        />
      </>
    ),
  },
  {
    id: 'status',
    header: 'Status',
    value: (row) => row.status,
    cell: (row) => outcome(row.status === 'ok', row.status, row.error_message),
  },
];

export const toolColumns: readonly Column<Of<'tool_call'>>[] = [
  when,
  who,
  {
    id: 'tool_name',
    header: 'Tool',
    value: (row) => row.tool_name,
    cell: (row) => <span className="font-medium">{row.tool_name}</span>,
  },
  {
    id: 'input_preview',
    header: 'Input',
    isWide: true,
    value: (row) => row.input_preview,
    cell: (row) => (
      <code className="block max-w-md truncate font-mono text-xs text-quiet" title={row.input_preview}>
        {row.input_preview ?? ''}
      </code>
    ),
  },
  {
    id: 'output_size_bytes',
    header: 'Output',
    isNumber: true,
    value: (row) => row.output_size_bytes,
    cell: (row) => formatBytes(row.output_size_bytes),
  },
  duration,
  {
    id: 'success',
    header: 'Status',
    value: (row) => row.success,
    cell: (row) => outcome(row.success, row.success ? 'ok' : 'failed', row.error_message),
  },
];

export const serviceColumns: readonly Column<Of<'service_call'>>[] = [
  when,
  who,
  {
    id: 'service_name',
    header: 'Service',
    value: (row) => row.service_name,
    cell: (row) => <span className="font-medium">{row.service_name}</span>,
  },
  { id: 'operation', header: 'Operation', value: (row) => row.operation, cell: (row) => row.operation },
  duration,
  {
    id: 'success',
    header: 'Status',
    value: (row) => row.success,
    cell: (row) => outcome(row.success, row.success ? 'ok' : 'failed', row.error_message),
  },
];
