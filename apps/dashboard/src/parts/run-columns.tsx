import type { RunRow } from '@telltale/contracts/http/runs';
import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatDuration } from '@telltale/contracts/format/duration';
import { Link } from '@tanstack/react-router';
import { Ago } from '../ui/ago.tsx';
import type { Column } from '../ui/data-table.tsx';
import { formatCompact } from '../ui/format-compact.ts';
import { RunBadge } from './run-badge.tsx';
import { Money } from '../ui/money.tsx';

/** A command without the folder of its program: what it does stands behind. */
const withoutFolder = (command: string): string => command.replace(/^\S*\/(?=[^/\s])/, '');

export const runColumns: readonly Column<RunRow>[] = [
  {
    id: 'run_id',
    header: 'Run',
    value: (row) => row.run_id,
    cell: (row) => (
      <Link
        data-nav
        to="/runs/$id"
        params={{ id: row.run_id }}
        className="block max-w-80 truncate max-md:max-w-24 font-mono text-xs font-medium hover:text-accent hover:underline"
        title={row.command ?? row.run_id}
      >
        {row.command === null ? row.run_id : withoutFolder(row.command)}
      </Link>
    ),
  },
  {
    id: 'agent_id',
    header: 'Agent',
    value: (row) => row.agent_id,
    cell: (row) => (
      <Link to="/agents/$id" params={{ id: row.agent_id }} className="hover:text-accent hover:underline">
        {row.agent_id}
      </Link>
    ),
  },
  {
    id: 'status',
    header: 'State',
    value: (row) => row.end_reason ?? row.status,
    cell: (row) => <RunBadge run={row} />,
  },
  {
    id: 'started_at',
    isMinor: true,
    header: 'Started',
    isNumber: true,
    value: (row) => row.started_at,
    cell: (row) => <Ago at={row.started_at} />,
  },
  {
    id: 'duration_ms',
    isMinor: true,
    header: 'Duration',
    isNumber: true,
    value: (row) => row.duration_ms,
    cell: (row) => formatDuration(row.duration_ms),
  },
  {
    id: 'total_tokens',
    isMinor: true,
    header: 'Tokens',
    isNumber: true,
    value: (row) => row.total_tokens,
    cell: (row) => formatCompact(row.total_tokens),
  },
  {
    id: 'cost_usd',
    header: 'Cost',
    isNumber: true,
    value: (row) => row.cost_usd,
    cell: (row) => <Money usd={row.llm_calls === 0 ? null : row.cost_usd} />,
  },
  {
    id: 'peak_memory_bytes',
    header: 'Peak memory',
    isNumber: true,
    isWide: true,
    value: (row) => row.peak_memory_bytes,
    cell: (row) => formatBytes(row.peak_memory_bytes),
  },
  { id: 'host', header: 'Host', isWide: true, value: (row) => row.host, cell: (row) => row.host ?? '–' },
];
