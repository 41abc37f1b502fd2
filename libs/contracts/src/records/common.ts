import { z } from 'zod';
import { name } from '../text.ts';
import { time } from '../time.ts';
import { attributes, labels } from './attributes.ts';

const hexId = (length: number) =>
  z.string().regex(new RegExp(`^[0-9a-fA-F]{${length}}$`), {
    error: `is not ${length} hexadecimal digits`,
  });

/** What every record carries, whatever its kind. */
export const common = {
  /** Version of the record's shape. */
  v: z.literal(1),
  /** UUIDv7 made where the fact happened, rising within a process; a retry repeats it. */
  id: z.uuid(),
  /** When the fact happened, UTC with milliseconds, by the source's clock. */
  at: time,
  /** The caller's own stable name of the agent. */
  agent_id: name,
  /** One conversation or thread. */
  session_id: name.optional(),
  task_id: name.optional(),
  /** One execution of an agent process. */
  run_id: name.optional(),
  crew_id: name.optional(),
  trace_id: hexId(32).optional(),
  span_id: hexId(16).optional(),
  parent_span_id: hexId(16).optional(),
  parent_agent_id: name.optional(),
  parent_run_id: name.optional(),
  user_id: name.optional(),
  host: name.optional(),
  project: name.optional(),
  labels: labels.optional(),
  attributes: attributes.optional(),
} as const;
