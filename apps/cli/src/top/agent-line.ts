import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatCount } from '@telltale/contracts/format/count';
import { formatMoney } from '@telltale/contracts/format/money';
import { unknownText } from '@telltale/contracts/format/unknown';
import { cutText, widthOf } from '../terminal/cut-text.ts';
import { oneLine } from '../terminal/one-line.ts';
import type { TopSort } from './sort-agents.ts';
import type { TopAgent } from './top-agent.ts';

type TopColumn = {
  heading: string;
  sort: TopSort | null;
  width: number;
  isNumber?: boolean;
  /** Left out where the terminal is narrower than this. */
  from?: number;
  text: (agent: TopAgent) => string;
};

const columns: readonly TopColumn[] = [
  { heading: 'AGENT', sort: 'name', width: 20, text: ({ agent_id }) => agent_id },
  { heading: 'STATE', sort: 'state', width: 11, text: ({ state }) => state?.replace('_', ' ') ?? unknownText },
  {
    heading: 'CPU',
    sort: 'cpu',
    width: 7,
    isNumber: true,
    text: ({ cpu_percent }) => (cpu_percent === null ? unknownText : `${cpu_percent.toFixed(1)}%`),
  },
  { heading: 'MEMORY', sort: 'memory', width: 8, isNumber: true, text: (agent) => formatBytes(agent.memory_bytes) },
  {
    heading: 'TOKENS',
    sort: 'tokens',
    width: 11,
    isNumber: true,
    from: 70,
    text: ({ total_tokens }) => formatCount(total_tokens),
  },
  {
    heading: 'COST',
    sort: 'cost',
    width: 10,
    isNumber: true,
    text: ({ cost_usd, isPartial }) =>
      formatMoney(cost_usd, 'agent_card') + (isPartial && cost_usd !== null ? '+' : ''),
  },
  { heading: 'HOST', sort: null, width: 12, from: 110, text: ({ host }) => host ?? unknownText },
];
const activity: TopColumn = { heading: 'ACTIVITY', sort: 'activity', width: 0, text: (agent) => agent.activity };

function fill(text: string, width: number, isNumber = false): string {
  const cut = cutText(oneLine(text), width);
  const room = ' '.repeat(Math.max(0, width - widthOf(cut)));
  return isNumber ? room + cut : cut + room;
}

const shownColumns = (width: number): TopColumn[] => {
  const shown = columns.filter(({ from = 0 }) => width >= from);
  const taken = shown.reduce((sum, column) => sum + column.width + 2, 2);
  return width - taken < 8 ? shown : [...shown, { ...activity, width: width - taken }];
};

/** The heading line of a terminal this wide; the column that is sorted by has a mark. */
export const headLine = (width: number, sort: TopSort, isReversed: boolean): string =>
  `  ${shownColumns(width)
    .map((column) =>
      fill(`${column.heading}${column.sort === sort ? (isReversed ? '▲' : '▼') : ''}`, column.width, column.isNumber),
    )
    .join('  ')}`;

/** One agent as one line, never wider than the terminal; texts of agents are made harmless. */
export const agentLine = (agent: TopAgent, width: number, isChosen: boolean): string =>
  `${isChosen ? '›' : ' '} ${shownColumns(width)
    .map((column) => fill(column.text(agent), column.width, column.isNumber))
    .join('  ')}`;
