import { Box, Text, useWindowSize } from 'ink';
import { createElement, useState, useSyncExternalStore, type ReactNode } from 'react';
import { oneLine } from '../terminal/one-line.ts';
import { agentLine, headLine } from './agent-line.ts';
import type { Fleet, FleetNow } from './open-fleet.ts';
import type { TopSort } from './sort-agents.ts';
import type { TopAgent } from './top-agent.ts';
import { totalsLine } from './totals-line.ts';
import { useTopKeys, type TopView } from './use-top-keys.ts';

const keys = 'j k choose · c m t $ a s n sort · / find · x stop · q quit';
/** Lines around the list: totals, heading, the reason of the chosen one, keys. */
const frame = 5;

const colourOf = ({ state }: TopAgent): { color?: string; dimColor?: boolean } => {
  if (state === 'working') return { color: 'green' };
  if (state === 'stuck' || state === 'over_budget' || state === 'silent') return { color: 'yellow' };
  return state === 'done' ? { dimColor: true } : {};
};

const line = (key: string, text: string, props: object = {}): ReactNode =>
  createElement(Text, { key, wrap: 'truncate', ...props }, text === '' ? ' ' : text);

/** The last line: a question, what is typed, what happened, or the keys. */
function footer({ asked, isTyping, q }: TopView, said: string | null): ReactNode {
  if (asked !== null) {
    const what = `Stop the run of ${oneLine(asked.agent_id)}? It cannot be undone. y/n`;
    return line('footer', what, { color: 'red', bold: true });
  }
  if (isTyping) return line('footer', `find: ${q}█`);
  if (said !== null) return line('footer', said, { bold: true });
  return line('footer', q === '' ? keys : `${keys} · showing only “${q}”`, { dimColor: true });
}

const status = ({ state, problem }: FleetNow): string => {
  if (state === 'live' && problem === null) return 'live';
  return problem === null ? state : `${state}: ${oneLine(problem)}`;
};

/** The fleet of a team over the whole terminal. `stop` asks the runs of an agent to stop and says what was asked. */
export function TopScreen(props: {
  fleet: Fleet;
  teamId: string;
  sort: TopSort;
  stop: (agent: TopAgent) => Promise<string>;
}): ReactNode {
  const { fleet, teamId, stop } = props;
  const { columns, rows } = useWindowSize();
  const now = useSyncExternalStore(fleet.subscribe, fleet.now);
  const [said, setSaid] = useState<string | null>(null);
  const room = Math.max(1, rows - frame - 1);
  const onStop = async (agent: TopAgent): Promise<void> => {
    setSaid(`asking ${oneLine(agent.agent_id)} to stop …`);
    try {
      setSaid(await stop(agent));
    } catch (error) {
      setSaid(oneLine(error instanceof Error ? error.message : String(error)));
    }
  };
  const view = useTopKeys({
    agents: now.agents,
    sort: props.sort,
    page: room,
    onStop: (agent) => void onStop(agent),
    // What was said stays until the person goes on.
    onKey: () => setSaid(null),
  });
  const { agents, chosen } = view;
  // The chosen line stays in sight.
  const from = Math.max(0, Math.min(chosen - Math.floor(room / 2), agents.length - room));
  const shown = agents.slice(from, from + room);
  const empty = now.agents.length === 0 ? 'no agent yet: telltale run --agent NAME -- COMMAND' : 'no agent has that';
  return createElement(
    Box,
    { flexDirection: 'column', width: columns },
    line('totals', `${totalsLine(teamId, now)} · ${status(now)}`, { bold: true }),
    line('head', headLine(columns, view.sort, view.isReversed), { dimColor: true }),
    ...(shown.length === 0 ? [line('none', `  ${empty}`)] : []),
    ...shown.map((agent, index) =>
      line(agent.agent_id, agentLine(agent, columns, from + index === chosen), {
        ...colourOf(agent),
        inverse: from + index === chosen,
      }),
    ),
    line('reason', `  ${oneLine(agents[chosen]?.reason ?? '')}`, { dimColor: true }),
    footer(view, said),
  );
}
