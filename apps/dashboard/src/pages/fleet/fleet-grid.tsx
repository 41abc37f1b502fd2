import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { AgentRow } from '@telltale/contracts/http/agents';
import type { AgentGroup } from './arrange-agents.ts';
import { CardRow } from './card-row.tsx';
import { GroupHead } from './group-head.tsx';
import { layGrid } from './lay-grid.ts';

const cardWidth = 290;
const gap = 12;
const cardHeight = 176;
const headHeight = 36;
/** Up to so many, each card asks for its past. */
const fewAgents = 60;

/** Cards in rows, as many side by side as fit; only those near the screen exist. */
export function FleetGrid({
  team,
  groups,
  onView,
}: {
  team: string;
  groups: readonly AgentGroup[];
  /** Hears which agents are near the screen. */
  onView: (agents: readonly AgentRow[]) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [frame, setFrame] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const measure = (): void =>
      setFrame((before) => {
        const next = { width: element.clientWidth, top: element.getBoundingClientRect().top + scrollY };
        return before.width === next.width && before.top === next.top ? before : next;
      });
    const watched = new ResizeObserver(measure);
    watched.observe(element);
    watched.observe(document.body);
    measure();
    return () => watched.disconnect();
  }, []);
  const total = useMemo(() => groups.reduce((sum, { agents }) => sum + agents.length, 0), [groups]);
  const columns = Math.max(1, Math.floor((frame.width + gap) / (cardWidth + gap)));
  const rows = useMemo(() => layGrid(groups, columns), [groups, columns]);

  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => (rows[index]?.kind === 'head' ? headHeight : cardHeight + gap),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 3,
    scrollMargin: frame.top,
  });
  const items = virtual.getVirtualItems();
  const { range } = virtual;
  const shown = items.flatMap(({ index }) => {
    const row = rows[index];
    return row?.kind === 'cards' ? row.agents : [];
  });
  const viewed = shown.map((agent) => `${agent.team_id} ${agent.agent_id}`).join('\n');
  const latest = useRef(shown);
  latest.current = shown;
  useEffect(() => onView(latest.current), [viewed, onView]);

  return (
    <div ref={place} className="relative" style={{ height: virtual.getTotalSize() }}>
      {items.map(({ key, index, start }) => {
        const row = rows[index];
        if (row === undefined) return null;
        return (
          <div
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${start - frame.top}px)` }}
          >
            {row.kind === 'head' ? (
              <GroupHead name={row.name} count={row.count} ofTeam={row.ofTeam} />
            ) : (
              <CardRow
                agents={row.agents}
                team={team}
                columns={columns}
                isFew={total <= fewAgents}
                isOnScreen={range !== null && index >= range.startIndex && index <= range.endIndex}
              />
            )}
          </div>
        );
      })}
    </div>
  );
}
