import type { AgentRow } from '@telltale/contracts/http/agents';
import { formatBytes } from '@telltale/contracts/format/bytes';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { memo, useState } from 'react';
import { trailQuery } from '../../live/sample-feed.ts';
import { agentNowQuery } from '../../live/use-fleet-feed.ts';
import { Ago } from '../../ui/ago.tsx';
import { formatCompact } from '../../ui/format-compact.ts';
import { PartialCost } from '../../ui/partial-cost.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { joinTrails } from './join-trails.ts';
import { CardLines } from './card-lines.tsx';
import { CardNumber } from './card-number.tsx';
import { Money } from '../../ui/money.tsx';

const percent = (cpu: number | undefined): string =>
  cpu === undefined ? '–' : `${cpu < 9.95 ? cpu.toFixed(1) : Math.round(cpu)} %`;

/** One agent: what it is doing, what it takes of the machine, what it costs. Opens to its last lines. */
export const AgentCard = memo(function AgentCard({
  agent,
  isFew,
  isForeign,
}: {
  agent: AgentRow;
  isFew: boolean;
  /** It is of another team than the one that is looked at: the link goes there. */
  isForeign: boolean;
}) {
  const team = agent.team_id;
  const { data: now } = useQuery(agentNowQuery(team, agent.agent_id));
  const before = useQuery({ ...trailQuery(team, agent.agent_id), enabled: isFew });
  const [isOpen, setOpen] = useState(false);
  const process = now?.process_metrics ?? null;
  const usage = now?.token_usage;
  const activity = now?.activity ?? null;
  const isOver = agent.lifecycle === 'stopped' || agent.lifecycle === 'error';
  return (
    <article
      aria-label={agent.name}
      data-agent={agent.agent_id}
      className="flex min-w-0 flex-col rounded-lg border border-line bg-panel px-3.5 pt-2.5 pb-1.5 transition-colors hover:border-edge"
    >
      <header className="flex items-center justify-between gap-2">
        <Link
          data-nav
          to="/agents/$id"
          params={{ id: agent.agent_id }}
          search={isForeign ? { team } : {}}
          className="truncate text-[0.9375rem] font-semibold tracking-tight hover:text-accent"
        >
          {agent.name}
        </Link>
        <StateBadge state={agent.state} reason={agent.state_reason} />
      </header>
      <p className="truncate text-xs text-quiet" title={agent.state_reason}>
        <Ago at={agent.state_since} /> ·{' '}
        {agent.lifecycle === 'error' && agent.state === 'done' ? (
          <span className="text-bad">{agent.state_reason}</span>
        ) : (
          agent.state_reason
        )}
      </p>
      <div className="pt-1.5">
        <Sparkline
          values={joinTrails(before.data, now?.memoryTrail)}
          isFaded={isOver}
          label="Memory over the last samples"
        />
      </div>
      <dl className="grid grid-cols-5 gap-1 pt-1.5">
        <CardNumber label="CPU" value={percent(isOver ? undefined : process?.cpu_percent)} />
        <CardNumber
          label="Memory"
          value={formatBytes(isOver ? agent.peak_memory_bytes : (process?.memory_bytes ?? agent.peak_memory_bytes))}
          hint={isOver ? 'Its peak: the run is over' : undefined}
        />
        <CardNumber label="Threads" value={isOver ? '–' : String(process?.threads ?? '–')} />
        <CardNumber label="Tokens" value={formatCompact(usage?.total_tokens ?? agent.total_tokens)} />
        <CardNumber
          label="Cost"
          value={
            <Money
              // Who called no model has spent nothing that one could speak of.
              usd={agent.llm_calls === 0 && (usage?.model ?? null) === null ? null : (usage ?? agent).cost_usd}
              place="agent_card"
            />
          }
        />
      </dl>
      <div className="mt-1.5 flex items-center gap-1.5 border-t border-line/70 pt-1.5">
        <p data-activity className="min-w-0 flex-1 truncate font-mono text-xs text-quiet" title={activity?.text}>
          {now === undefined ? (
            '\u00a0'
          ) : activity === null ? (
            'nothing heard yet'
          ) : (
            // Among many something arrives all the time: only where they are few does a flash tell anything.
            <span key={activity.at + activity.text} className={isFew ? 'arrive' : ''}>
              {activity.text}
            </span>
          )}
        </p>
        <PartialCost unpriced={usage?.unpriced_calls ?? agent.unpriced_calls} />
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={`Last lines of ${agent.name}`}
          onClick={() => setOpen(!isOpen)}
          className="rounded p-1 text-quiet hover:bg-raised hover:text-ink"
        >
          <ChevronDown aria-hidden className={`size-4 transition-transform ${isOpen ? 'rotate-180' : ''}`} />
        </button>
      </div>
      {isOpen ? <CardLines team={team} agentId={agent.agent_id} now={now} /> : null}
    </article>
  );
});
