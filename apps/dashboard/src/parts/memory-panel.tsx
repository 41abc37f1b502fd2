import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatCount } from '@telltale/contracts/format/count';
import { useQuery } from '@tanstack/react-query';
import { memoryQuery } from '../server/memory.ts';
import { Ago } from '../ui/ago.tsx';
import { Answer } from '../ui/answer.tsx';
import { Panel } from '../ui/panel.tsx';
import { Stat } from '../ui/stat.tsx';

/** What the agent keeps beyond its context, and whether it finds it again. */
export function MemoryPanel({ team, agentId }: { team: string; agentId: string }) {
  const query = useQuery(memoryQuery(team, agentId));
  return (
    <Panel title="What it remembers">
      <Answer query={query} lines={3}>
        {(stats) => (
          <>
            <dl className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-3">
              <Stat label="Stored" value={formatCount(stats.memories_stored_count)} />
              <Stat label="Recalled" value={formatCount(stats.memories_recalled_count)} />
              <Stat label="Hit rate" value={stats.hit_rate === null ? '–' : `${Math.round(stats.hit_rate * 100)} %`} />
              <Stat label="Size" value={formatBytes(stats.size_bytes)} />
              <Stat
                label="Last activity"
                value={stats.last_activity_timestamp === null ? '–' : <Ago at={stats.last_activity_timestamp} />}
              />
            </dl>
            {stats.top_memories.length === 0 ? null : (
              <ol className="pt-3 text-sm">
                {stats.top_memories.map(({ memory_id, recalls }) => (
                  <li key={memory_id} className="flex justify-between gap-3 border-t border-line/60 py-1">
                    <span className="truncate">{memory_id}</span>
                    <span className="nums text-quiet">{recalls} recalls</span>
                  </li>
                ))}
              </ol>
            )}
          </>
        )}
      </Answer>
    </Panel>
  );
}
