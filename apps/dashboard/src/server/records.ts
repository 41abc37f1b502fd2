import type { callsQuery as callsSchema } from '@telltale/contracts/http/records';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { targetKey, type Target } from '../live/target.ts';
import { apiOf } from './api.ts';

export type CallsQuestion = Omit<z.input<typeof callsSchema>, 'cursor' | 'offset' | 'limit'>;

/** Calls one by one, newest first, page after page. */
export const callsQuery = (team: string, question: CallsQuestion) =>
  infiniteQueryOptions({
    queryKey: ['calls', team, question],
    queryFn: ({ pageParam }) =>
      apiOf(team).calls({ ...question, limit: 50, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
  });

export const gitQuery = (team: string, target: Target) =>
  queryOptions({
    queryKey: ['git', team, targetKey(target)],
    queryFn: () => apiOf(team).git({ ...target, limit: 50 }),
  });

/** The newest sample of a process tree, with its five largest processes. */
export const newestSampleQuery = (team: string, target: Target, isRunning: boolean) =>
  queryOptions({
    queryKey: ['newest-sample', team, targetKey(target)],
    queryFn: async () => (await apiOf(team).samples({ ...target, limit: 1 })).samples[0] ?? null,
    refetchInterval: isRunning ? 2_000 : false,
  });
