import type { KeyRow } from '@telltale/contracts/http/keys';
import { Ago } from '../../ui/ago.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { formatDayTime } from '../../ui/format-time.ts';

export const keyColumns = (onRevoke: (key: KeyRow) => void): readonly Column<KeyRow>[] => [
  {
    id: 'name',
    header: 'Name',
    value: (row) => row.name,
    cell: (row) => <span className="font-medium">{row.name}</span>,
  },
  {
    id: 'id',
    header: 'Id',
    isWide: true,
    value: (row) => row.id,
    cell: (row) => <code className="font-mono text-xs text-quiet">{row.id}</code>,
  },
  {
    id: 'scopes',
    header: 'May',
    value: (row) => row.scopes.join(' '),
    cell: (row) => (
      <span className="flex flex-wrap gap-1">
        {row.scopes.map((scope) => (
          <Badge key={scope}>{scope}</Badge>
        ))}
      </span>
    ),
  },
  {
    id: 'principal',
    header: 'Who',
    isWide: true,
    value: (row) => `${row.principal.kind} ${row.principal.id}`,
    cell: (row) => `${row.principal.kind} ${row.principal.id}`,
  },
  {
    id: 'created_at',
    header: 'Made',
    isNumber: true,
    value: (row) => row.created_at,
    cell: (row) => <Ago at={row.created_at} />,
  },
  {
    id: 'expires_at',
    header: 'Until',
    isNumber: true,
    isWide: true,
    value: (row) => row.expires_at,
    cell: (row) => (row.expires_at === null ? 'revoked by hand' : formatDayTime(row.expires_at)),
  },
  {
    id: 'revoke',
    header: '',
    cell: (row) =>
      row.revoked_at === null ? (
        <Button tone="danger" compact onClick={() => onRevoke(row)}>
          Revoke
        </Button>
      ) : (
        <Badge tone="bad">revoked</Badge>
      ),
  },
];
