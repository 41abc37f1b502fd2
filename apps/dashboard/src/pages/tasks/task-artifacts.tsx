import type { TaskDetail } from '@telltale/contracts/http/tasks';
import { formatBytes } from '@telltale/contracts/format/bytes';
import { Ago } from '../../ui/ago.tsx';
import { Badge } from '../../ui/badge.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';

type Artifact = TaskDetail['artifacts'][number];

const columns: readonly Column<Artifact>[] = [
  {
    id: 'artifact_type',
    header: 'Type',
    value: (row) => row.artifact_type,
    cell: (row) => <Badge>{row.artifact_type}</Badge>,
  },
  {
    id: 'uri',
    header: 'Where',
    value: (row) => row.uri,
    cell: (row) => <code className="font-mono text-xs break-all">{row.uri}</code>,
  },
  {
    id: 'size_bytes',
    header: 'Size',
    isNumber: true,
    value: (row) => row.size_bytes,
    cell: (row) => formatBytes(row.size_bytes),
  },
  {
    id: 'sha256',
    header: 'SHA-256',
    isWide: true,
    value: (row) => row.sha256,
    cell: (row) => <code className="font-mono text-xs text-quiet">{row.sha256?.slice(0, 12) ?? '–'}</code>,
  },
  { id: 'at', header: 'Made', isNumber: true, value: (row) => row.at, cell: (row) => <Ago at={row.at} /> },
];

export function TaskArtifacts({ task }: { task: TaskDetail }) {
  return (
    <TablePanel
      title="Artifacts"
      file={`artifacts-of-${task.task_id}`}
      columns={columns}
      rows={task.artifacts}
      rowKey={({ id }) => id}
      empty={<EmptyState title="It left no artifact" />}
    />
  );
}
