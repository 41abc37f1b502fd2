import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJobQueue } from '@telltale/stream/queues';

/** The team the sample crew works in; people's own teams stay free of it. */
const sampleTeam = 'sample';

const wishFile = (dataDir: string) => join(dataDir, 'sample-wanted');

/** Writes down that this new store is to get its sample, so that a start that fails half-way does not lose it. */
export function wishForSample(dataDir: string): void {
  writeFileSync(wishFile(dataDir), '', { mode: 0o600 });
}

/** Asks the agent-runner for the sample crew when it was wished for, and forgets the wish. */
export async function runSampleOnce(dataDir: string, redisUrl: string): Promise<void> {
  if (!existsSync(wishFile(dataDir))) return;
  await using queue = await createJobQueue(redisUrl);
  await queue.enqueue('sample_crew', { team_id: sampleTeam }, { jobId: 'sample-crew' });
  rmSync(wishFile(dataDir), { force: true });
}
