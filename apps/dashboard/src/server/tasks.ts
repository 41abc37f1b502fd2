import type { tasksQuery as tasksQuerySchema } from '@telltale/contracts/http/tasks';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { apiOf } from './api.ts';

export type TasksQuestion = z.input<typeof tasksQuerySchema>;

export const tasksQuery = (team: string, question: TasksQuestion) =>
  queryOptions({
    queryKey: ['tasks', team, question],
    queryFn: () => apiOf(team).tasks(question),
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });

export const taskQuery = (team: string, taskId: string) =>
  queryOptions({ queryKey: ['task', team, taskId], queryFn: () => apiOf(team).task(taskId), refetchInterval: 5_000 });
