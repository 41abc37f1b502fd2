import { existsSync } from 'node:fs';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { createProcSampler } from './proc-sampler.ts';
import { createProcfs } from './procfs.ts';
import type { Sampler } from './sampler.ts';
import { createUsageSampler } from './usage-sampler.ts';

/** The sampler that this system allows; make one per process and share it between runs. */
export function createSampler(options: { clock: Clock; log: Log; sampleIntervalMs: number }): Sampler {
  if (existsSync('/proc/self/stat') && existsSync('/proc/self/auxv')) {
    return createProcSampler({ ...options, procfs: createProcfs() });
  }
  return createUsageSampler(options);
}
