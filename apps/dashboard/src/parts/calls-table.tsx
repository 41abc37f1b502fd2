import type { CallKind, CallRow } from '@telltale/contracts/http/records';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { callsQuery, type CallsQuestion } from '../server/records.ts';
import { Answer } from '../ui/answer.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { TablePanel } from '../ui/table-panel.tsx';
import { llmColumns, serviceColumns, toolColumns } from './call-columns.tsx';

const titles: Record<CallKind, string> = {
  llm_call: 'LLM calls',
  tool_call: 'Tool calls',
  service_call: 'Service calls',
};

/** Calls one by one, newest first. */
export function CallsTable({
  team,
  question,
  isBounded = true,
}: {
  team: string;
  question: CallsQuestion;
  isBounded?: boolean;
}) {
  const kind = question.kind ?? 'llm_call';
  const query = useInfiniteQuery(callsQuery(team, question));
  const rows = useMemo(() => query.data?.pages.flatMap(({ calls }) => calls) ?? [], [query.data]);
  const shared = { title: titles[kind], file: kind.replace('_', '-'), rowKey: ({ id }: CallRow) => id, isBounded };
  const empty = (
    <EmptyState title="No such call">Calls appear with their first record; wider filters show more.</EmptyState>
  );
  const pick = <K extends CallKind>(wanted: K) =>
    rows.filter((row): row is Extract<CallRow, { kind: K }> => row.kind === wanted);
  return (
    <Answer query={query}>
      {() => (
        <div>
          {kind === 'llm_call' ? (
            <TablePanel {...shared} columns={llmColumns} rows={pick('llm_call')} empty={empty} />
          ) : null}
          {kind === 'tool_call' ? (
            <TablePanel {...shared} columns={toolColumns} rows={pick('tool_call')} empty={empty} />
          ) : null}
          {kind === 'service_call' ? (
            <TablePanel {...shared} columns={serviceColumns} rows={pick('service_call')} empty={empty} />
          ) : null}
          {query.hasNextPage ? (
            <div className="flex justify-center pt-2">
              <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Older calls
              </Button>
            </div>
          ) : null}
        </div>
      )}
    </Answer>
  );
}
