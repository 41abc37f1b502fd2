import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AgentNow } from '../../live/agent-now.ts';
import { apiOf } from '../../server/api.ts';
import { AnsiText } from '../../ui/ansi-text.tsx';
import { formatClock } from '../../ui/format-time.ts';

const shown = 10;

/** The last ten lines of an agent, oldest first as in a terminal. */
export function CardLines({ team, agentId, now }: { team: string; agentId: string; now: AgentNow | undefined }) {
  const asked = useQuery({
    queryKey: ['card-lines', team, agentId],
    queryFn: () => apiOf(team).agentTelemetry(agentId, { logs: shown }),
    enabled: now === undefined,
  });
  const lines = (now ?? asked.data)?.activity_logs.slice(0, shown).toReversed() ?? [];
  return (
    <div className="pt-1.5 pb-1">
      {lines.length === 0 ? <p className="text-xs text-quiet">It has not written a line yet.</p> : null}
      <ol className="flex flex-col gap-0.5 font-mono text-2xs">
        {lines.map((line) => (
          <li key={line.id} className="flex gap-2">
            <time dateTime={line.timestamp} className="nums shrink-0 text-quiet">
              {formatClock(line.timestamp)}
            </time>
            <span
              className={`truncate ${line.level === 'error' ? 'text-bad' : line.level === 'warning' ? 'text-warn' : ''}`}
            >
              <AnsiText text={line.message} />
            </span>
          </li>
        ))}
      </ol>
      <Link
        to="/agents/$id"
        params={{ id: agentId }}
        hash="lines"
        className="mt-1 inline-block text-xs text-accent hover:underline"
      >
        All lines
      </Link>
    </div>
  );
}
