import { setTimeout as delay } from 'node:timers/promises';

export type ShownPage = {
  name: string;
  path: string;
  /** A text that is there when the page has its data. */
  ready: string;
  /** It listens: the picture waits until it hears. */
  isLive?: boolean;
};

async function ask(url: string, key: string): Promise<Record<string, Record<string, string>[]>> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  return (await answer.json()) as Record<string, Record<string, string>[]>;
}

/** The newest one of a list, once there is one: what was just sent is a moment later in the totals. */
async function newest(url: string, key: string, list: string, id: string): Promise<string> {
  for (;;) {
    const found = (await ask(url, key))[list]?.[0]?.[id];
    if (found !== undefined) return found;
    await delay(500);
  }
}

/** Every page of the dashboard, those of one thing with the newest thing of the team. */
export async function shownPages({ url, key, team }: { url: string; key: string; team: string }): Promise<ShownPage[]> {
  const at = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}team=${team}`;
  const api = `${url}/api/v1`;
  const [run, session] = await Promise.all([
    newest(`${api}/runs?team_id=${team}&agent_id=coder&limit=1`, key, 'runs', 'run_id'),
    newest(`${api}/metrics/sessions?team_id=${team}&limit=1`, key, 'sessions', 'session_id'),
  ]);
  return [
    { name: 'fleet', path: at('/'), ready: 'coder', isLive: true },
    { name: 'agent', path: at('/agents/coder'), ready: 'Process tree', isLive: true },
    { name: 'run', path: at(`/runs/${run}`), ready: 'Process tree', isLive: true },
    { name: 'runs', path: at('/runs'), ready: 'linter' },
    { name: 'sessions', path: at('/sessions'), ready: 'Last active' },
    { name: 'session', path: at(`/sessions/${session}`), ready: 'Tools used', isLive: true },
    { name: 'tasks', path: at('/tasks'), ready: 'INV-101' },
    { name: 'board', path: at('/tasks?view=board'), ready: 'INV-101' },
    { name: 'task', path: at('/tasks/INV-104'), ready: 'Inputs' },
    { name: 'costs', path: at('/costs?period=hour'), ready: 'Per session' },
    { name: 'calls', path: at('/calls'), ready: 'LLM calls' },
    { name: 'tools', path: at('/tools'), ready: 'payments-api' },
    { name: 'trouble', path: at('/trouble?threshold=1000'), ready: 'Recent errors' },
    { name: 'health', path: at('/health'), ready: 'Requests by route' },
    { name: 'settings', path: at('/settings'), ready: 'Retention' },
    { name: 'first-agent', path: '/?team=nobody-yet', ready: 'Watch your first agent' },
    { name: 'sign-in', path: '/sign-in', ready: 'paste a key' },
  ];
}
