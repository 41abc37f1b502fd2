import { z } from 'zod';
import { count, name } from '../text.ts';
import { common } from './common.ts';

const percent = z.number().nonnegative().max(1e7);

/** One look at the whole process tree of a run. Sums are over all its processes. */
export const processSample = z.object({
  ...common,
  kind: z.literal('process_sample'),
  /** The root of the tree. */
  pid: count,
  /** 100 is one core, fully used since the sample before. */
  cpu_percent: percent,
  /** Resident set, summed: shared pages count once per process. */
  memory_bytes: count,
  threads: count,
  processes: count,
  open_files: count.optional(),
  /** Since the start of the run. */
  io_read_bytes: count.optional(),
  io_write_bytes: count.optional(),
  status: name.optional(),
  /** The five processes below the root that hold the most memory, and the five busiest: ten at most. */
  children: z
    .array(z.object({ pid: count, name, cpu_percent: percent, memory_bytes: count }))
    .max(10)
    .optional(),
});
