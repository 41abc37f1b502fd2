import type { KeyRow } from '@telltale/contracts/http/keys';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { apiOf } from '../../server/api.ts';
import { keysQuery } from '../../server/operations.ts';
import { Answer } from '../../ui/answer.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { keyColumns } from './key-columns.tsx';
import { NewKeyDialog } from './new-key-dialog.tsx';

/** The keys of the team: what programs and people sign in with. */
export function KeysSection({ team }: { team: string }) {
  const cache = useQueryClient();
  const query = useQuery(keysQuery(team));
  const [isMaking, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<KeyRow | null>(null);
  const columns = useMemo(() => keyColumns(setRevoking), []);
  const revoke = useMutation({
    mutationFn: (id: string) => apiOf(team).revokeKey(id),
    onSuccess: () => {
      setRevoking(null);
      void cache.invalidateQueries({ queryKey: ['keys', team] });
    },
  });
  return (
    <>
      <Answer query={query}>
        {({ keys }) => (
          <TablePanel
            title="Keys"
            file="keys"
            columns={columns}
            rows={keys}
            rowKey={({ id }) => id}
            tools={
              <Button tone="primary" onClick={() => setMaking(true)}>
                New key
              </Button>
            }
            empty={
              <EmptyState title={`Team ${team} has no key of its own`}>
                Programs on other machines need one to send records.
              </EmptyState>
            }
          />
        )}
      </Answer>
      {isMaking ? <NewKeyDialog team={team} onClose={() => setMaking(false)} /> : null}
      <ConfirmDialog
        open={revoking !== null}
        title={`Revoke ${revoking?.name ?? 'the key'}?`}
        action="Revoke"
        isBusy={revoke.isPending}
        error={revoke.error}
        onCancel={() => setRevoking(null)}
        onConfirm={() => revoking !== null && revoke.mutate(revoking.id)}
      >
        Programs with this key are refused within 30 s, and browsers signed in with it are signed out. It cannot be
        undone.
      </ConfirmDialog>
    </>
  );
}
