import { z } from 'zod';
import { instant } from './query.ts';

/**
 * What an agent did with its memory, from its memory_operation records, of all time, also where those are no longer kept.
 * A known agent without operations has zeros and nulls.
 */
export const memoryStats = z.object({
  app_agent_id: z.string(),
  memories_stored_count: z.int().nonnegative(),
  memories_recalled_count: z.int().nonnegative(),
  last_activity_timestamp: instant.nullable(),
  /** Of everything stored; null when something was and nothing gave its size. */
  size_bytes: z.int().nonnegative().nullable(),
  /** 0–1, of the recalls that said whether they found something; null when none did. */
  hit_rate: z.number().nullable(),
  /** The newest that a record's attributes of the same names reported; absent when none did. */
  letta_agent_id: z.string().optional(),
  core_memory_size_kb: z.number().optional(),
  archival_memory_size_kb: z.number().optional(),
  vector_db_entries_count: z.number().optional(),
  /** The ten that were recalled most often. */
  top_memories: z.array(z.object({ memory_id: z.string(), recalls: z.int() })),
});
export type MemoryStats = z.output<typeof memoryStats>;
