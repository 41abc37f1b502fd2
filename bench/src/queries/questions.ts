const agent = (turn: number): string => `agent-${String(turn % 200).padStart(3, '0')}`;
const session = (turn: number): string => `session-${agent(turn)}-${(turn * 7) % 100}`;
const task = (turn: number): string => `task-${agent(turn)}-${(turn * 7) % 100}`;

/** `rollups`: must read rollups only, p99 ≤ 50 ms; `records`: also records or states, p99 ≤ 200 ms. */
export type Question = { path: (turn: number) => string; reads: 'rollups' | 'records' };

const rollups = (path: Question['path']): Question => ({ path, reads: 'rollups' });
const records = (path: Question['path']): Question => ({ path, reads: 'records' });

/** Every question about metrics, each turn about another agent, session or task where it is about one. */
export const questions: readonly Question[] = [
  rollups(() => '/metrics/summary'),
  rollups(() => '/metrics/summary?period=week'),
  rollups(() => '/metrics/summary?period=day'),
  rollups((turn) => `/metrics/summary?period=month&agent_id=${agent(turn)}`),
  ...['model', 'day', 'agent', 'session', 'user'].map((by) =>
    rollups(() => `/metrics/costs?period=week&group_by=${by}`),
  ),
  rollups(() => '/metrics/costs?period=month&group_by=day&time_zone=Asia/Kathmandu'),
  rollups(() => '/metrics/costs?group_by=session'),
  rollups(() => '/metrics/llm?period=week'),
  rollups(() => '/metrics/tools?period=week'),
  rollups(() => '/metrics/services?period=week'),
  rollups(() => '/metrics/sessions?period=week'),
  rollups((turn) => `/metrics/sessions/${session(turn)}`),
  rollups(() => '/metrics/agents?period=week'),
  rollups(() => '/metrics/tasks?period=week'),
  records(() => '/metrics/slow?period=week'),
  records(() => '/metrics/errors?period=week'),
  records(() => '/monitoring/tasks?status=FAILED'),
  records((turn) => `/monitoring/tasks/${task(turn)}`),
  records(() => '/agents'),
  records(() => '/runs'),
];
