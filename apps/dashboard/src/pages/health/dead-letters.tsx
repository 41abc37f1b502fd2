import { useQuery } from '@tanstack/react-query';
import { deadLettersQuery } from '../../server/operations.ts';
import { Answer } from '../../ui/answer.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { letterColumns } from './letter-columns.tsx';
import { useReplay } from './use-replay.ts';

/** While the answer to another try is awaited, letters are asked for this often, in ms. */
const eagerMs = 1_000;

/** What PostgreSQL refused, with another try for each. */
export function DeadLetters({ team }: { team: string }) {
  const query = useQuery(deadLettersQuery(team));
  const { replay, error, isWaiting, stored, waiting, refused } = useReplay(team, query.data);
  useQuery({ ...deadLettersQuery(team), refetchInterval: eagerMs, enabled: waiting > 0 });
  const said = [
    waiting > 0 ? `${waiting} under way` : '',
    stored > 0 ? `${stored} stored` : '',
    refused > 0 ? `${refused} refused again: PostgreSQL says why` : '',
  ];
  return (
    <div>
      {error === null ? null : (
        <p role="alert" className="pb-2 text-sm text-bad">
          {error.message}
        </p>
      )}
      <Answer query={query}>
        {(data) => (
          <TablePanel
            title="Dead letters"
            file="dead-letters"
            columns={letterColumns({ onReplay: replay, isWaiting })}
            rows={data.dead_letters}
            rowKey={({ id }) => id}
            tools={
              <span role="status" className="text-xs text-quiet">
                {said.filter(Boolean).join(' · ')}
              </span>
            }
            empty={
              <EmptyState title="Everything that came could be stored">
                What the database refuses is kept here with its reason, and can be sent again.
              </EmptyState>
            }
          />
        )}
      </Answer>
    </div>
  );
}
