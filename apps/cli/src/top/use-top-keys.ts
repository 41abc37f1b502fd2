import { useApp, useInput } from 'ink';
import { useState } from 'react';
import { sortAgents, topSorts, type TopSort } from './sort-agents.ts';
import type { TopAgent } from './top-agent.ts';

/** What the keyboard decided. */
export type TopView = {
  agents: readonly TopAgent[];
  chosen: number;
  sort: TopSort;
  isReversed: boolean;
  q: string;
  /** A word is being typed. */
  isTyping: boolean;
  /** The agent whose run is to be stopped, once it was said yes. */
  asked: TopAgent | null;
};

const sortKeys: Record<string, TopSort> = {
  c: 'cpu',
  m: 'memory',
  t: 'tokens',
  $: 'cost',
  a: 'activity',
  s: 'state',
  n: 'name',
};

/** The keys of the screen. The chosen line follows its agent wherever that is sorted to. */
export function useTopKeys(options: {
  agents: readonly TopAgent[];
  sort: TopSort;
  /** Lines of the list, for a page up or down. */
  page: number;
  onStop: (agent: TopAgent) => void;
  /** Any key, before what it does. */
  onKey: () => void;
}): TopView {
  const { exit } = useApp();
  const [sort, setSort] = useState(options.sort);
  const [isReversed, setReversed] = useState(false);
  const [q, setQ] = useState('');
  const [isTyping, setTyping] = useState(false);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [asked, setAsked] = useState<TopAgent | null>(null);
  const agents = sortAgents(options.agents, { sort, isReversed, q });
  const chosen = Math.max(
    0,
    agents.findIndex(({ agent_id }) => agent_id === chosenId),
  );

  const choose = (index: number): void =>
    setChosenId(agents[Math.min(agents.length - 1, Math.max(0, index))]?.agent_id ?? null);
  const sortBy = (next: TopSort): void => {
    setReversed(next === sort ? !isReversed : false);
    setSort(next);
  };

  useInput((input, key) => {
    options.onKey();
    if (asked !== null) {
      if (input === 'y') options.onStop(asked);
      setAsked(null);
      return;
    }
    if (isTyping) {
      if (key.escape) setQ('');
      if (key.escape || key.return) setTyping(false);
      else if (key.backspace || key.delete) setQ(q.slice(0, -1));
      else if (!key.ctrl && !key.meta) setQ(q + input);
      return;
    }
    const next = sortKeys[input];
    if (next !== undefined) return sortBy(next);
    if (input === 'q') return exit();
    if (input === '/') return setTyping(true);
    if (key.escape) return setQ('');
    if (input === 'j' || key.downArrow) return choose(chosen + 1);
    if (input === 'k' || key.upArrow) return choose(chosen - 1);
    if (key.pageDown) return choose(chosen + options.page);
    if (key.pageUp) return choose(chosen - options.page);
    if (input === '<' || input === '>') {
      const at = topSorts.indexOf(sort) + (input === '>' ? 1 : -1) + topSorts.length;
      return sortBy(topSorts[at % topSorts.length] ?? 'cpu');
    }
    const agent = agents[chosen];
    if (input === 'x' && agent !== undefined) setAsked(agent);
  });

  return { agents, chosen, sort, isReversed, q, isTyping, asked };
}
