import type { LiveMessage } from '@telltale/contracts/live';
import { createLiveClient, type LiveState } from '@telltale/sdk/live-client';
import { queryOptions, skipToken, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { applyMessage, fromSnapshot, type AgentNow } from './agent-now.ts';
import { addLines, createFiller, knownLines } from './line-feed.ts';
import { addSample } from './sample-feed.ts';
import { targetKey, type Target } from './target.ts';
import { throttle } from './throttle.ts';

export const targetNowQuery = (team: string, target: Target) =>
  queryOptions<AgentNow>({ queryKey: ['now', team, targetKey(target)], queryFn: skipToken, staleTime: Infinity });

/** Lists and rows that a message of this kind makes out of date. */
const touched: Partial<Record<LiveMessage['event'], readonly string[]>> = {
  llm_call: ['calls', 'series', 'run', 'agents', 'session-row'],
  tool_call: ['calls', 'run'],
  service_call: ['calls'],
  git_activity: ['git'],
  run_event: ['run', 'runs', 'agents', 'run-events'],
  task_event: ['task', 'tasks'],
  memory_operation: ['memory'],
  agent_step: ['task'],
  artifact: ['task'],
};

const asSoonAs = 1_200;

/** Makes queries of these names out of date, each at most once in a while: the next answer has what was heard. */
function createRefresher(cache: QueryClient): { refresh: (names: readonly string[]) => void } & Disposable {
  const throttles = new Map<string, ReturnType<typeof throttle>>();
  return {
    refresh(names) {
      for (const name of names) {
        const ask =
          throttles.get(name) ??
          throttle(
            () => void cache.invalidateQueries({ queryKey: [name] }),
            () => asSoonAs,
          );
        throttles.set(name, ask);
        ask();
      }
    },
    [Symbol.dispose]: () => throttles.forEach((ask) => ask[Symbol.dispose]()),
  };
}

/**
 * Hears one agent, run or session and patches the cache: what it is doing, its lines, its samples. After a fresh snapshot
 * the lines are asked for until they meet those that are known, so that none is missing and none is there twice.
 */
export function useTargetFeed(team: string, target: Target): LiveState {
  const cache = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const key = targetKey(target);
  const aim = useRef(target);
  aim.current = target;

  useEffect(() => {
    const of = aim.current;
    const { queryKey } = targetNowQuery(team, of);
    using stack = new DisposableStack();
    const refresher = stack.use(createRefresher(cache));
    const fill = createFiller(cache, team, of);
    const rate = 'session_id' in of ? 1 : 4;
    const live = stack.use(createLiveClient({ url: location.origin, subscription: { team_id: team, ...of, rate } }));
    setState('connecting');
    live.on('state', (next) => {
      setState(next);
      // A session that is over: the page asks who is signed in, and shows where to sign in.
      if (next === 'refused') void cache.invalidateQueries({ queryKey: ['session'] });
    });
    live.on('snapshot', (snapshot) => {
      if ('agents' in snapshot) return;
      cache.setQueryData<AgentNow>(queryKey, (before) => fromSnapshot(snapshot, before));
      fill();
    });
    live.on('message', (message) => {
      cache.setQueryData<AgentNow>(queryKey, (before) => applyMessage(before, message));
      if (message.event === 'metrics_update') addSample(cache, team, of, message.data.process_metrics);
      if (message.event === 'log_entry') {
        // The hole lies between what is known now and what came.
        const known = message.data.dropped === undefined ? null : knownLines(cache, team, of);
        addLines(cache, team, of, message.data.items);
        if (known !== null) fill(known);
      }
      refresher.refresh(touched[message.event] ?? []);
    });
    fill();
    const kept = stack.move();
    return () => kept.dispose();
  }, [cache, team, key]);

  return state;
}
