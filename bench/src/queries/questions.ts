const agent = (turn: number): string => `agent-${String((turn * 13) % 200).padStart(3, '0')}`;

/** Ids that the store knows, spread over all of them: a small one has not every session and task, and 404 is soon said. */
export type Known = { sessions: readonly string[]; tasks: readonly string[]; runs: readonly string[] };
const one = (ids: readonly string[], turn: number): string => ids[turn % ids.length] ?? '';
type Path = (turn: number, known: Known) => string;

/** `rollups`: must read rollups only, p99 ≤ 50 ms; `records`: also records or states, p99 ≤ 200 ms. */
export type Question = { name: string; path: Path; reads: 'rollups' | 'records' };

const periods = ['hour', 'day', 'week', 'month', 'all'] as const;
const groups = ['model', 'provider', 'day', 'hour', 'session', 'agent', 'task', 'run', 'user', 'project', 'host'];

/** Every filter of the metrics, each turn with another value. */
const filters: Readonly<Record<string, Path>> = {
  '': () => '',
  agent: (turn) => `&agent_id=${agent(turn)}`,
  user: (turn) => `&user_id=user-${turn % 12}`,
  project: (turn) => `&project=project-${turn % 8}`,
  host: (turn) => `&host=host-${turn % 20}`,
  session: (turn, { sessions }) => `&session_id=${one(sessions, turn)}`,
  task: (turn, { tasks }) => `&task_id=${one(tasks, turn)}`,
  run: (turn, { runs }) => `&run_id=${one(runs, turn)}`,
  model: () => '&model=gpt-5',
};
const short = ['session', 'task', 'run'];

/** Operations of the metrics, and the filters that their rollups are kept by. */
const operations: readonly { name: string; path: string; without?: readonly string[] }[] = [
  { name: 'summary', path: '/metrics/summary?', without: ['model'] },
  ...groups.map((group) => ({
    name: `costs by ${group}`,
    path: `/metrics/costs?group_by=${group}&time_zone=Asia/Kathmandu`,
  })),
  { name: 'llm', path: '/metrics/llm?', without: short },
  { name: 'tools', path: '/metrics/tools?', without: [...short, 'model'] },
  { name: 'services', path: '/metrics/services?', without: [...short, 'model'] },
  { name: 'tool', path: '/metrics/tools/bash?', without: [...short, 'model'] },
  { name: 'service', path: '/metrics/services/github?', without: [...short, 'model'] },
  { name: 'sessions', path: '/metrics/sessions?' },
  { name: 'agents', path: '/metrics/agents?', without: ['model'] },
  { name: 'tasks', path: '/metrics/tasks?', without: ['model'] },
  { name: 'cost over days', path: '/metrics/timeseries?metric=cost_usd&bucket=day&time_zone=Asia/Kathmandu' },
  { name: 'tokens over hours', path: '/metrics/timeseries?metric=total_tokens&bucket=hour' },
];

const metrics: readonly Question[] = operations.flatMap(({ name, path, without = [] }) =>
  periods.flatMap((period) =>
    Object.entries(filters)
      .filter(([filter]) => !without.includes(filter))
      // More hours than an answer holds.
      .filter(() => name !== 'tokens over hours' || period !== 'all')
      .map(([filter, value]) => ({
        name: `${name}, ${period}${filter === '' ? '' : `, of one ${filter}`}`,
        path: (turn, known) => `${path}&period=${period}${value(turn, known)}`.replace('?&', '?'),
        reads: 'rollups' as const,
      })),
  ),
);

const ofPeriod = (name: string, path: string, reads: Question['reads']): Question[] =>
  periods.map((period) => ({ name: `${name}, ${period}`, path: () => `${path}?period=${period}`, reads }));

/** Each call by itself: what was slow or failed, of the filters. */
const ofCalls = (name: string, path: string): Question[] =>
  periods.flatMap((period) =>
    Object.entries(filters).map(([filter, value]) => ({
      name: `${name}, ${period}${filter === '' ? '' : `, of one ${filter}`}`,
      path: (turn, known) => `${path}period=${period}${value(turn, known)}`,
      reads: 'records' as const,
    })),
  );

/** Every question about metrics, for each of the periods and filters that are offered. */
export const questions: readonly Question[] = [
  ...metrics,
  { name: 'session', path: (turn, { sessions }) => `/metrics/sessions/${one(sessions, turn)}`, reads: 'rollups' },
  ...ofPeriod('endpoints', '/monitoring/endpoints', 'rollups'),
  ...ofCalls('slow', '/metrics/slow?'),
  ...ofCalls('errors', '/metrics/errors?'),
  { name: 'tasks, list', path: () => '/monitoring/tasks', reads: 'records' },
  { name: 'tasks, list of failed', path: () => '/monitoring/tasks?status=FAILED', reads: 'records' },
  { name: 'tasks, list of a crew', path: (turn) => `/monitoring/tasks?crew_id=crew-${turn % 5}`, reads: 'records' },
  { name: 'tasks, deep in the list', path: () => '/monitoring/tasks?offset=10000', reads: 'records' },
  { name: 'task', path: (turn, { tasks }) => `/monitoring/tasks/${one(tasks, turn)}`, reads: 'records' },
  { name: 'memory', path: (turn) => `/monitoring/agents/${agent(turn)}/memory/stats`, reads: 'rollups' },
  { name: 'agents, list', path: () => '/agents', reads: 'records' },
  { name: 'runs, list', path: () => '/runs', reads: 'records' },
];
