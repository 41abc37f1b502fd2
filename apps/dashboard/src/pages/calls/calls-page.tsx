import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useTeam } from '../../app/use-team.ts';
import { CallsTable } from '../../parts/calls-table.tsx';
import { PeriodPicker } from '../../parts/period-picker.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Segments } from '../../ui/segments.tsx';

const route = getRouteApi('/calls');
const kinds = [
  { value: 'llm_call', label: 'LLM' },
  { value: 'tool_call', label: 'Tools' },
  { value: 'service_call', label: 'Services' },
] as const;
const chosen = ['model', 'agent', 'task', 'session', 'run', 'tool', 'service', 'status', 'from', 'to'] as const;

/** Calls one by one: where a cost, an error or a slow tool leads to. */
export function CallsPage() {
  const team = useTeam();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/calls' });
  const change = (part: typeof search): void =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const {
    kind = 'llm_call',
    period = 'all',
    model,
    agent,
    task,
    session,
    run,
    tool,
    service,
    status,
    q,
    from,
    to,
  } = search;
  const question = {
    kind,
    period,
    agent_id: agent,
    task_id: task,
    session_id: session,
    run_id: run,
    status: status === 'aborted' && kind !== 'llm_call' ? undefined : status,
    q,
    from,
    to,
    ...(kind === 'tool_call' ? { tool } : { model }),
    ...(kind === 'service_call' ? { service } : {}),
  };
  return (
    <>
      <PageHead title="Calls">
        <SearchBox
          label="In the error message"
          value={q ?? ''}
          onChange={(text) => change({ q: text === '' ? undefined : text })}
        />
        <Segments label="Kind" value={kind} options={kinds} onChange={(next) => change({ kind: next })} />
        <PeriodPicker value={period} />
      </PageHead>
      <ul className="flex flex-wrap gap-1.5 pb-3 empty:hidden" aria-label="Filters">
        {chosen.map((name) =>
          search[name] === undefined ? null : (
            <li key={name}>
              <button
                type="button"
                onClick={() => change({ [name]: undefined })}
                aria-label={`Remove the filter ${name} ${search[name]}`}
                className="flex h-7 items-center gap-1.5 rounded-md border border-line bg-panel px-2 text-xs hover:bg-raised"
              >
                <span className="text-quiet">{name}</span> {search[name]} <X aria-hidden className="size-3" />
              </button>
            </li>
          ),
        )}
      </ul>
      <CallsTable team={team} question={question} isBounded={false} />
    </>
  );
}
