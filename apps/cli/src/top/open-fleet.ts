import type { AgentRow } from '@telltale/contracts/http/agents';
import type { TeamTotals } from '@telltale/contracts/live';
import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { createLiveClient, type LiveState } from '@telltale/sdk/live-client';
import { hearMessage, hearSnapshot, heardNothing, toTopAgent, type Heard, type TopAgent } from './top-agent.ts';

export type FleetNow = {
  agents: readonly TopAgent[];
  totals: TeamTotals | null;
  state: LiveState;
  /** Why there is nothing new, while there is nothing new. */
  problem: string | null;
};

export type Fleet = Disposable & {
  now: () => FleetNow;
  /** Hears of every change, at most as often as `everyMs` allows, until the returned function is called. */
  subscribe: (listener: () => void) => () => void;
};

/** States age by themselves: the rows are asked for again this often, in ms; of many, each time is many pages. */
const rowsMs = (agents: number): number => (agents > 200 ? 15_000 : 4_000);
const everyMs = 250;
const mostPages = 50;

async function readRows(api: TelltaleApi): Promise<AgentRow[]> {
  const rows: AgentRow[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await api.agents({ limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...answer.agents);
    cursor = answer.next_cursor;
    if (cursor === undefined) break;
  }
  return rows;
}

/** A team as it is now: rows from REST, and what the live feed says in between. Changes are told together. */
export function openFleet(options: { api: TelltaleApi; url: string; apiKey: string; teamId: string }): Fleet {
  const { api, url, apiKey, teamId } = options;
  const rows = new Map<string, AgentRow>();
  const heard = new Map<string, Heard>();
  const listeners = new Set<() => void>();
  let totals: TeamTotals | null = null;
  let problem: string | null = null;
  let shown: FleetNow = { agents: [], totals: null, state: 'connecting', problem: null };
  let telling: ReturnType<typeof setTimeout> | undefined;
  let asking: ReturnType<typeof setTimeout> | undefined;
  let isOpen = true;

  const live = createLiveClient({ url, apiKey, subscription: { team_id: teamId } });

  const change = (): void => {
    if (!isOpen || telling !== undefined) return;
    telling = setTimeout(() => {
      telling = undefined;
      const ids = new Set([...rows.keys(), ...heard.keys()]);
      const agents = [...ids].map((id) => toTopAgent(id, rows.get(id), heard.get(id) ?? heardNothing));
      shown = { agents, totals, state: live.state(), problem };
      for (const listener of listeners) listener();
    }, everyMs);
  };

  const ask = async (): Promise<void> => {
    try {
      for (const row of await readRows(api)) rows.set(row.agent_id, row);
      problem = null;
    } catch (error) {
      // Shown, and asked again: a gateway that restarts is back in a moment.
      problem = error instanceof Error ? error.message : String(error);
    }
    change();
    if (isOpen) asking = setTimeout(() => void ask(), rowsMs(rows.size));
  };

  live.on('state', (_state, refusal) => {
    if (refusal !== null) problem = refusal.detail;
    change();
  });
  live.on('snapshot', (snapshot) => {
    if (!('agents' in snapshot)) return;
    totals = snapshot.totals ?? totals;
    for (const agent of snapshot.agents) {
      heard.set(agent.agent_id, hearSnapshot(agent, heard.get(agent.agent_id) ?? heardNothing));
    }
    change();
  });
  live.on('message', (message) => {
    if (message.event === 'team_totals') totals = message.data;
    else heard.set(message.agent_id, hearMessage(message, heard.get(message.agent_id) ?? heardNothing));
    change();
  });
  void ask();

  return {
    now: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    [Symbol.dispose]() {
      isOpen = false;
      clearTimeout(telling);
      clearTimeout(asking);
      live[Symbol.dispose]();
    },
  };
}
