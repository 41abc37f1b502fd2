import type { AgentRow } from '@telltale/contracts/http/agents';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Money } from '../../ui/money.tsx';

/** Deeper than this nobody nests; a circle of parents ends here too. */
const deepest = 8;

type Below = { agent: AgentRow; depth: number };

function below(agents: readonly AgentRow[], parent: string, depth = 0): Below[] {
  if (depth >= deepest) return [];
  return agents
    .filter(({ parent_agent_id }) => parent_agent_id === parent)
    .flatMap((agent) => [{ agent, depth }, ...below(agents, agent.agent_id, depth + 1)]);
}

const indents = ['pl-0', 'pl-4', 'pl-8', 'pl-12', 'pl-16', 'pl-20', 'pl-24', 'pl-28'];

/** The agents that this one started or that work within it, and those they started. */
export function SubAgents({ agents, parent }: { agents: readonly AgentRow[]; parent: string }) {
  const byId = new Map(agents.map((agent) => [agent.agent_id, agent]));
  const found = below([...byId.values()], parent);
  return (
    <Panel title="Sub-agents">
      {found.length === 0 ? (
        <EmptyState title="It has started no other agent">
          An agent that starts inside one of its runs appears here.
        </EmptyState>
      ) : (
        <ul className="max-h-80 overflow-auto text-sm">
          {found.map(({ agent, depth }) => (
            <li key={agent.agent_id} className={`flex items-center gap-2 py-1 ${indents[depth]}`}>
              <Link
                to="/agents/$id"
                params={{ id: agent.agent_id }}
                className="min-w-0 flex-1 truncate font-medium hover:text-accent"
              >
                {agent.name}
              </Link>
              <span className="nums text-xs text-quiet">
                <Money usd={agent.llm_calls === 0 ? null : agent.cost_usd} />
              </span>
              <StateBadge state={agent.state} reason={agent.state_reason} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
