/**
 * The addresses of the dashboard, as its router and the gateway that answers them with the page know them. `:id` stands
 * for one URL-encoded segment.
 */
export const pagePaths = {
  fleet: '/',
  signIn: '/sign-in',
  agent: '/agents/:id',
  runs: '/runs',
  run: '/runs/:id',
  sessions: '/sessions',
  session: '/sessions/:id',
  tasks: '/tasks',
  task: '/tasks/:id',
  costs: '/costs',
  calls: '/calls',
  tools: '/tools',
  trouble: '/trouble',
  health: '/health',
  settings: '/settings',
} as const;
