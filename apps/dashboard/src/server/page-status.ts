import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { askPage } from './page-client.ts';

const pageStatus = z.object({ version: z.string(), command: z.string(), is_local: z.boolean() });

/** The line that watches an agent, as it has to be typed where this browser runs. */
export const pageStatusQuery = queryOptions({
  queryKey: ['page-status'],
  queryFn: () => askPage('/page/status.json', pageStatus),
  staleTime: Infinity,
});
