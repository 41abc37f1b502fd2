import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import { EnterAgain } from '../pages/sign-in/enter-again.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { NotFound } from './not-found.tsx';
import * as search from './search.ts';
import { Shell } from './shell.tsx';

const root = createRootRouteWithContext<{ cache: QueryClient }>()({
  validateSearch: search.rootSearch,
  search: { middlewares: [retainSearchParams(['team'])] },
  component: Shell,
  notFoundComponent: NotFound,
});

const getParentRoute = () => root;

const routes = [
  createRoute({
    getParentRoute,
    path: '/',
    validateSearch: search.fleetSearch,
    component: lazyRouteComponent(() => import('../pages/fleet/fleet-page.tsx'), 'FleetPage'),
  }),
  createRoute({ getParentRoute, path: '/sign-in', component: EnterAgain }),
  createRoute({
    getParentRoute,
    path: '/agents/$id',
    component: lazyRouteComponent(() => import('../pages/agent/agent-page.tsx'), 'AgentPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/runs',
    validateSearch: search.runsSearch,
    component: lazyRouteComponent(() => import('../pages/run/runs-page.tsx'), 'RunsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/runs/$id',
    component: lazyRouteComponent(() => import('../pages/run/run-page.tsx'), 'RunPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/sessions',
    validateSearch: search.sessionsSearch,
    component: lazyRouteComponent(() => import('../pages/sessions/sessions-page.tsx'), 'SessionsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/sessions/$id',
    component: lazyRouteComponent(() => import('../pages/sessions/session-page.tsx'), 'SessionPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/tasks',
    validateSearch: search.tasksSearch,
    component: lazyRouteComponent(() => import('../pages/tasks/tasks-page.tsx'), 'TasksPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/tasks/$id',
    component: lazyRouteComponent(() => import('../pages/tasks/task-page.tsx'), 'TaskPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/costs',
    validateSearch: search.costsSearch,
    component: lazyRouteComponent(() => import('../pages/costs/costs-page.tsx'), 'CostsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/calls',
    validateSearch: search.callsSearch,
    component: lazyRouteComponent(() => import('../pages/calls/calls-page.tsx'), 'CallsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/tools',
    validateSearch: search.periodSearch,
    component: lazyRouteComponent(() => import('../pages/tools/tools-page.tsx'), 'ToolsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/trouble',
    validateSearch: search.troubleSearch,
    component: lazyRouteComponent(() => import('../pages/trouble/trouble-page.tsx'), 'TroublePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/health',
    component: lazyRouteComponent(() => import('../pages/health/health-page.tsx'), 'HealthPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/settings',
    component: lazyRouteComponent(() => import('../pages/settings/settings-page.tsx'), 'SettingsPage'),
  }),
] as const;

/** Every page at its address; each but the shell is loaded when it is first opened, or when a link to it is pointed at. */
export const createDashboardRouter = (cache: QueryClient) =>
  createRouter({
    routeTree: root.addChildren(routes),
    context: { cache },
    defaultPreload: 'intent',
    defaultPendingComponent: () => <Skeleton lines={8} />,
    defaultPendingMs: 150,
    defaultErrorComponent: ({ error, reset }) => (
      <ErrorState error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} />
    ),
    scrollRestoration: true,
  });
