import type { TaskDetail } from '@telltale/contracts/http/tasks';
import { formatBytes } from '@telltale/contracts/format/bytes';
import { useMemo, useState } from 'react';
import { useTeam } from '../../app/use-team.ts';
import { artifactAddress } from '../../server/artifacts.ts';
import { Ago } from '../../ui/ago.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { ArtifactDialog } from './artifact-dialog.tsx';

type Artifact = TaskDetail['artifacts'][number];
type Shown = { address: string; title: string };

const columnsOf = (team: string, onShow: (shown: Shown) => void): readonly Column<Artifact>[] => [
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
  {
    id: 'open',
    header: '',
    cell: (row) => {
      const address = artifactAddress(team, row.uri);
      if (address === null) return null;
      return (
        <span className="flex justify-end gap-2">
          <Button compact onClick={() => onShow({ address, title: row.artifact_type })}>
            Show
          </Button>
          <a href={address} download className="text-accent hover:underline">
            Download
          </a>
        </span>
      );
    },
  },
];

/** What the task left; what the artifact store keeps of it can be looked at and downloaded. */
export function TaskArtifacts({ task }: { task: TaskDetail }) {
  const team = useTeam();
  const [shown, setShown] = useState<Shown | null>(null);
  const columns = useMemo(() => columnsOf(team, setShown), [team]);
  return (
    <>
      <TablePanel
        title="Artifacts"
        file={`artifacts-of-${task.task_id}`}
        columns={columns}
        rows={task.artifacts}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title="It left no artifact">A file that is uploaded with its task_id appears here.</EmptyState>
        }
      />
      {shown === null ? null : <ArtifactDialog {...shown} onClose={() => setShown(null)} />}
    </>
  );
}
