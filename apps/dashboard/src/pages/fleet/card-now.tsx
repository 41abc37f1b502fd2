import type { AgentRow } from '@telltale/contracts/http/agents';
import { formatBytes } from '@telltale/contracts/format/bytes';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { trailQuery } from '../../live/sample-feed.ts';
import { agentNowQuery } from '../../live/use-fleet-feed.ts';
import { formatCompact } from '../../ui/format-compact.ts';
import { Money } from '../../ui/money.tsx';
import { PartialCost } from '../../ui/partial-cost.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { CardLines } from './card-lines.tsx';
import { CardNumber } from './card-number.tsx';
import { CardToggle } from './card-toggle.tsx';
import { joinTrails } from './join-trails.ts';

const percent = (cpu: number | undefined): string =>
  cpu === undefined ? '–' : `${cpu < 9.95 ? cpu.toFixed(1) : Math.round(cpu)} %`;

/** The part of a card that changes with each word of its agent. */
export function CardNow({ agent, isFew }: { agent: AgentRow; isFew: boolean }) {
  const { team_id: team, agent_id: id } = agent;
  const { data: now } = useQuery(agentNowQuery(team, id));
  const before = useQuery({ ...trailQuery(team, id), enabled: isFew });
  const [isOpen, setOpen] = useState(false);
  const trail = useMemo(() => joinTrails(before.data, now?.memoryTrail), [before.data, now?.memoryTrail]);
  const process = now?.process_metrics ?? null;
  const usage = now?.token_usage;
  const activity = now?.activity ?? null;
  const isOver = agent.lifecycle === 'stopped' || agent.lifecycle === 'error';
  /** What it took when it was last heard is not what it takes now. */
  const isNow = !isOver && agent.state !== 'silent';
  return (
    <>
      <div className="pt-1.5">
        <Sparkline values={trail} isFaded={!isNow} label="Memory over the last samples" />
      </div>
      <dl className="flex gap-1 pt-1.5">
        <CardNumber label="CPU" value={percent(isNow ? process?.cpu_percent : undefined)} />
        <CardNumber
          label="Memory"
          value={formatBytes(isOver ? agent.peak_memory_bytes : (process?.memory_bytes ?? agent.peak_memory_bytes))}
          hint={isOver ? 'Its peak: the run is over' : isNow ? undefined : 'When it was last heard'}
        />
        <CardNumber label="Threads" value={isNow ? String(process?.threads ?? '–') : '–'} />
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
            <span key={isFew ? activity.at + activity.text : undefined} className={isFew ? 'arrive' : ''}>
              {activity.text}
            </span>
          )}
        </p>
        <PartialCost unpriced={usage?.unpriced_calls ?? agent.unpriced_calls} />
        <CardToggle name={agent.name} isOpen={isOpen} onToggle={setOpen} />
      </div>
      {isOpen ? <CardLines team={team} agentId={id} now={now} /> : null}
    </>
  );
}
