import { queryOptions } from '@tanstack/react-query';
import { apiOf } from './api.ts';

export const memoryQuery = (team: string, agentId: string) =>
  queryOptions({
    queryKey: ['memory', team, agentId],
    queryFn: () => apiOf(team).memoryStats(agentId),
    refetchInterval: 15_000,
  });
