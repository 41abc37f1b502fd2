import type { AgentRow } from '@telltale/contracts/http/agents';

/** Agents near the screen. Scrolling changes them all the time, and only the feeds need to know: nothing is drawn of them. */
export type InView = {
  get: () => readonly AgentRow[];
  set: (agents: readonly AgentRow[]) => void;
  subscribe: (listener: () => void) => () => void;
};

export function createInView(): InView {
  const listeners = new Set<() => void>();
  let shown: readonly AgentRow[] = [];
  return {
    get: () => shown,
    set(agents) {
      shown = agents;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
