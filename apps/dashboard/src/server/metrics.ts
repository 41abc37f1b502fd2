import type { sessionsQuery as sessionsSchema, summaryQuery as summarySchema } from '@telltale/contracts/http/metrics';
import type {
  costsQuery as costsSchema,
  errorsQuery as errorsSchema,
  slowQuery as slowSchema,
  statsQuery as statsSchema,
  toolsQuery as toolsSchema,
} from '@telltale/contracts/http/metrics-detail';
import type { SeriesMetric, timeseriesQuery as timeseriesSchema } from '@telltale/contracts/http/timeseries';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { apiOf } from './api.ts';

const calm = { refetchInterval: 10_000, placeholderData: keepPreviousData } as const;

type Of<S extends z.ZodType> = z.input<S>;

export const summaryQuery = (team: string, question: Of<typeof summarySchema>) =>
  queryOptions({ queryKey: ['summary', team, question], queryFn: () => apiOf(team).summary(question), ...calm });

export const costsQuery = (team: string, question: Of<typeof costsSchema>) =>
  queryOptions({ queryKey: ['costs', team, question], queryFn: () => apiOf(team).costs(question), ...calm });

export const sessionsQuery = (team: string, question: Of<typeof sessionsSchema>) =>
  queryOptions({ queryKey: ['sessions', team, question], queryFn: () => apiOf(team).sessions(question), ...calm });

export const sessionRowQuery = (team: string, sessionId: string) =>
  queryOptions({ queryKey: ['session-row', team, sessionId], queryFn: () => apiOf(team).session(sessionId), ...calm });

export const toolsQuery = (team: string, question: Of<typeof toolsSchema>) =>
  queryOptions({ queryKey: ['tools', team, question], queryFn: () => apiOf(team).tools(question), ...calm });

export const servicesQuery = (team: string, question: Of<typeof statsSchema>) =>
  queryOptions({ queryKey: ['services', team, question], queryFn: () => apiOf(team).services(question), ...calm });

export const modelsQuery = (team: string, question: Of<typeof statsSchema>) =>
  queryOptions({ queryKey: ['models', team, question], queryFn: () => apiOf(team).models(question), ...calm });

export const slowQuery = (team: string, question: Of<typeof slowSchema>) =>
  queryOptions({ queryKey: ['slow', team, question], queryFn: () => apiOf(team).slow(question), ...calm });

export const errorsQuery = (team: string, question: Of<typeof errorsSchema>) =>
  queryOptions({ queryKey: ['errors', team, question], queryFn: () => apiOf(team).errors(question), ...calm });

/** Several totals over the same buckets of time, side by side. */
export const seriesQuery = (
  team: string,
  metrics: readonly SeriesMetric[],
  question: Omit<Of<typeof timeseriesSchema>, 'metric'>,
) =>
  queryOptions({
    queryKey: ['series', team, metrics, question],
    queryFn: () => Promise.all(metrics.map((metric) => apiOf(team).timeseries({ ...question, metric }))),
    ...calm,
  });
