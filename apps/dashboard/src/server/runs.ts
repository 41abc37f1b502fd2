import type { runsQuery as runsQuerySchema } from '@telltale/contracts/http/runs';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { apiOf } from './api.ts';

type RunsQuestion = z.input<typeof runsQuerySchema>;

export const runsQuery = (team: string, question: RunsQuestion) =>
  queryOptions({
    queryKey: ['runs', team, question],
    queryFn: () => apiOf(team).runs(question),
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });

export const runQuery = (team: string, runId: string) =>
  queryOptions({
    queryKey: ['run', team, runId],
    queryFn: () => apiOf(team).run(runId),
    refetchInterval: ({ state }) => (state.data?.status === 'ended' ? 30_000 : 3_000),
  });

/** The steps of a run, oldest first. */
export const runEventsQuery = (team: string, runId: string) =>
  queryOptions({
    queryKey: ['run-events', team, runId],
    queryFn: async () => (await apiOf(team).runEvents({ run_id: runId, order: 'asc', limit: 100 })).run_events,
    refetchInterval: 10_000,
  });
