import { z } from 'zod';
import { agentStep } from './agent-step.ts';
import { artifact } from './artifact.ts';
import { endpointMinute } from './endpoint-minute.ts';
import { gitActivity } from './git-activity.ts';
import { llmCall } from './llm-call.ts';
import { logEntry } from './log-entry.ts';
import { memoryOperation } from './memory-operation.ts';
import { metric } from './metric.ts';
import { processSample } from './process-sample.ts';
import { runEvent } from './run-event.ts';
import { serviceCall } from './service-call.ts';
import { taskEvent } from './task-event.ts';
import { toolCall } from './tool-call.ts';

/** Every kind and its schema; the one list that storage, docs and tests walk. */
export const recordSchemas = {
  llm_call: llmCall,
  tool_call: toolCall,
  service_call: serviceCall,
  agent_step: agentStep,
  process_sample: processSample,
  git_activity: gitActivity,
  log_entry: logEntry,
  task_event: taskEvent,
  artifact,
  run_event: runEvent,
  memory_operation: memoryOperation,
  metric,
  endpoint_minute: endpointMinute,
} as const;

export type RecordKind = keyof typeof recordSchemas;
export type RecordOf<K extends RecordKind> = z.output<(typeof recordSchemas)[K]>;
export type TelemetryRecord = { [K in RecordKind]: RecordOf<K> }[RecordKind];

export const recordKinds = Object.keys(recordSchemas) as RecordKind[];

/** Kinds that a full spool may lose, oldest first; a batch holds only droppable or only kept kinds. */
export const droppableKinds: ReadonlySet<RecordKind> = new Set([
  'process_sample',
  'log_entry',
  'metric',
  'endpoint_minute',
]);

export const telemetryRecord = z.discriminatedUnion('kind', [
  llmCall,
  toolCall,
  serviceCall,
  agentStep,
  processSample,
  gitActivity,
  logEntry,
  taskEvent,
  artifact,
  runEvent,
  memoryOperation,
  metric,
  endpointMinute,
]);
