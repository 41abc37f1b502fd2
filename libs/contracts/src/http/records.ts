import { z } from 'zod';
import { gitActivity } from '../records/git-activity.ts';
import { llmCall } from '../records/llm-call.ts';
import { logEntry, logLevel, logSource } from '../records/log-entry.ts';
import { processSample } from '../records/process-sample.ts';
import { runEvent } from '../records/run-event.ts';
import { serviceCall } from '../records/service-call.ts';
import { toolCall } from '../records/tool-call.ts';
import { direction, filter, instant, pageAnswer, pageQuery, periodQuery, searchText, teamQuery } from './query.ts';

/** Stored records one by one carry all their fields; what a record did not say is absent. */
const stored = { team_id: z.string(), at: instant } as const;

export const storedLlmCall = llmCall.extend({
  ...stored,
  /** Set by us, never by the sender; absent when the price is not known. */
  cost_usd: z.number().optional(),
  cost_source: z.enum(['provider', 'computed', 'estimated', 'approximate', 'unknown']),
  price_version: z.string().optional(),
});
export const storedToolCall = toolCall.extend(stored);
export const storedServiceCall = serviceCall.extend(stored);
export const storedLogEntry = logEntry.extend(stored);
export const storedGitActivity = gitActivity.extend(stored);
export const storedProcessSample = processSample.extend(stored);
export const storedRunEvent = runEvent.extend(stored);
export type StoredRunEvent = z.output<typeof storedRunEvent>;

export const callKind = z.enum(['llm_call', 'tool_call', 'service_call'], {
  error: 'is not one of llm_call, tool_call, service_call',
});
export type CallKind = z.output<typeof callKind>;

const recordsQuery = {
  ...teamQuery,
  ...pageQuery,
  ...periodQuery,
  agent_id: filter,
  session_id: filter,
  task_id: filter,
  run_id: filter,
  /** By the records' own time; `desc` is newest first. */
  order: direction,
} as const;

export const callsQuery = z.strictObject({
  ...recordsQuery,
  kind: callKind.default('llm_call'),
  /** Of llm_call and service_call. */
  model: filter,
  /** Of tool_call. */
  tool: filter,
  /** Of service_call. */
  service: filter,
  /** `aborted` only for llm_call. */
  status: z.enum(['ok', 'error', 'aborted']).optional(),
  /** Part of the error message. */
  q: searchText.optional(),
});
export const callRow = z.discriminatedUnion('kind', [storedLlmCall, storedToolCall, storedServiceCall]);
export type CallRow = z.output<typeof callRow>;
export const callsAnswer = z.object({ calls: z.array(callRow), ...pageAnswer });

export const logsQuery = z.strictObject({
  ...recordsQuery,
  level: logLevel.optional(),
  /** This level and above. */
  min_level: logLevel.optional(),
  source: logSource.optional(),
  /** Part of the message. */
  q: searchText.optional(),
});
export const logsAnswer = z.object({ logs: z.array(storedLogEntry), ...pageAnswer });

export const gitQuery = z.strictObject({
  ...recordsQuery,
  operation: filter,
  /** Part of the message or the branch. */
  q: searchText.optional(),
});
export const gitAnswer = z.object({ git: z.array(storedGitActivity), ...pageAnswer });

export const samplesQuery = z.strictObject(recordsQuery);
export const samplesAnswer = z.object({ samples: z.array(storedProcessSample), ...pageAnswer });

export const runEventsQuery = z.strictObject(recordsQuery);
export const runEventsAnswer = z.object({ run_events: z.array(storedRunEvent), ...pageAnswer });
export type RunEventsAnswer = z.output<typeof runEventsAnswer>;
