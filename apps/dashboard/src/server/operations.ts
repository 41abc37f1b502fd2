import type { PeriodName } from '@telltale/contracts/http/query';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { apiOf } from './api.ts';

const lively = { refetchInterval: 5_000, placeholderData: keepPreviousData } as const;

export const healthQuery = (team: string) =>
  queryOptions({ queryKey: ['health', team], queryFn: () => apiOf(team).health(), ...lively });

export const deliveryQuery = (team: string) =>
  queryOptions({ queryKey: ['delivery', team], queryFn: () => apiOf(team).delivery({ limit: 50 }), ...lively });

export const endpointsQuery = (team: string, period: PeriodName) =>
  queryOptions({ queryKey: ['endpoints', team, period], queryFn: () => apiOf(team).endpoints({ period }), ...lively });

export const deadLettersQuery = (team: string) =>
  queryOptions({ queryKey: ['dead-letters', team], queryFn: () => apiOf(team).deadLetters({ limit: 100 }), ...lively });

export const keysQuery = (team: string) =>
  queryOptions({ queryKey: ['keys', team], queryFn: () => apiOf(team).keys({ limit: 100 }) });

export const pricesQuery = (team: string, model: string | undefined) =>
  queryOptions({
    queryKey: ['prices', team, model],
    queryFn: () => apiOf(team).prices({ limit: 100, ...(model === undefined ? {} : { model }) }),
    placeholderData: keepPreviousData,
  });
