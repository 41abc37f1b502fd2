import { pagePaths } from '@telltale/contracts/pages';
import { expect, test } from 'vitest';
import { createCache } from '../server/cache.ts';
import { createDashboardRouter } from './router.tsx';

test('the router knows the addresses that the gateway answers with the page, and no other', () => {
  const router = createDashboardRouter(createCache());
  const known = Object.keys(router.routesByPath).map((path) => path.replace('$id', ':id'));
  expect(known.toSorted()).toEqual(Object.values(pagePaths).toSorted());
});
