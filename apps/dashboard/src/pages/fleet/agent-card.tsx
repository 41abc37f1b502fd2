import type { AgentRow } from '@telltale/contracts/http/agents';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { Ago } from '../../ui/ago.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { CardNow } from './card-now.tsx';

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
  return (
    <article
      aria-label={agent.name}
      data-agent={agent.agent_id}
      className="min-w-0 rounded-lg contain-layout border border-line bg-panel px-3.5 pt-2.5 pb-1.5 transition-colors hover:border-edge"
    >
      <header className="flex items-center justify-between gap-2">
        <Link
          data-nav
          to="/agents/$id"
          params={{ id: agent.agent_id }}
          search={isForeign ? { team: agent.team_id } : {}}
          className="truncate text-[0.9375rem] font-semibold tracking-tight hover:text-accent"
        >
          {agent.name}
        </Link>
        <StateBadge state={agent.state} reason={agent.state_reason} isStill={!isFew} />
      </header>
      <p className="truncate text-xs text-quiet" title={agent.state_reason}>
        <Ago at={agent.state_since} /> ·{' '}
        {agent.lifecycle === 'error' && agent.state === 'done' ? (
          <span className="text-bad">{agent.state_reason}</span>
        ) : (
          agent.state_reason
        )}
      </p>
      <CardNow agent={agent} isFew={isFew} />
    </article>
  );
});
