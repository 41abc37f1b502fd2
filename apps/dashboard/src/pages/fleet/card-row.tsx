import type { AgentRow } from '@telltale/contracts/http/agents';
import { memo, useEffect, useState } from 'react';
import { AgentCard } from './agent-card.tsx';

/**
 * Cards side by side. A row that is not on the screen yet is filled one card a frame, the first at once, which gives it
 * its height: all of them together would take a frame of scrolling too long.
 */
export const CardRow = memo(function CardRow({
  agents,
  team,
  columns,
  isFew,
  isOnScreen,
}: {
  agents: readonly AgentRow[];
  /** The team that is looked at. */
  team: string;
  columns: number;
  isFew: boolean;
  isOnScreen: boolean;
}) {
  const [filled, setFilled] = useState(isOnScreen ? columns : 1);
  const count = isOnScreen ? columns : filled;
  const isComplete = count >= agents.length;
  useEffect(() => {
    if (isOnScreen) setFilled(columns);
    if (isComplete) return undefined;
    const frame = requestAnimationFrame(() => setFilled(count + 1));
    return () => cancelAnimationFrame(frame);
  }, [count, isComplete, isOnScreen, columns]);
  return (
    <div className="grid items-start gap-3 pb-3" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
      {agents.slice(0, count).map((agent) => (
        <AgentCard
          key={`${agent.team_id} ${agent.agent_id}`}
          agent={agent}
          isFew={isFew}
          isForeign={agent.team_id !== team}
        />
      ))}
    </div>
  );
});
