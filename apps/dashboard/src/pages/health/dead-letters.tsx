import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { apiOf } from '../../server/api.ts';
import { deadLettersQuery } from '../../server/operations.ts';
import { Answer } from '../../ui/answer.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { letterColumns } from './letter-columns.tsx';

/** What PostgreSQL refused, with another try for each. */
export function DeadLetters({ team }: { team: string }) {
  const cache = useQueryClient();
  const query = useQuery(deadLettersQuery(team));
  const again = useMutation({
    mutationFn: (id: string) => apiOf(team).replayDeadLetter(id),
    onSettled: () => void cache.invalidateQueries({ queryKey: ['dead-letters', team] }),
  });
  const { mutate, isPending } = again;
  const columns = useMemo(() => letterColumns({ onReplay: mutate, isBusy: isPending }), [mutate, isPending]);
  return (
    <div>
      {again.error === null ? null : (
        <p role="alert" className="pb-2 text-sm text-bad">
          {again.error.message}
        </p>
      )}
      <Answer query={query}>
        {(data) => (
          <TablePanel
            title="Dead letters"
            file="dead-letters"
            columns={columns}
            rows={data.dead_letters}
            rowKey={({ id }) => id}
            empty={<EmptyState title="Everything that came could be stored" />}
          />
        )}
      </Answer>
    </div>
  );
}
