import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { known } from '@telltale/answers/json-fields';
import type { TreeSample } from '../tree/sampler.ts';

/** One look at the tree, as a record. `memory_bytes` is that of the moment; its greatest value is the run's peak. */
export function sampleRecord(sample: TreeSample): RecordDraft {
  return {
    kind: 'process_sample',
    at: new Date(sample.at).toISOString(),
    pid: sample.pid,
    cpu_percent: sample.cpuPercent,
    memory_bytes: sample.memoryBytes,
    threads: sample.threads,
    processes: sample.processes,
    status: sample.status,
    children: sample.children.map((child) => ({
      pid: child.pid,
      name: child.name === '' ? 'unknown' : child.name,
      cpu_percent: child.cpuPercent,
      memory_bytes: child.memoryBytes,
    })),
    ...known({
      open_files: sample.openFiles,
      io_read_bytes: sample.ioReadBytes,
      io_write_bytes: sample.ioWriteBytes,
    }),
    ...(sample.proportionalBytes === undefined ? {} : { attributes: { pss_bytes: sample.proportionalBytes } }),
  };
}
