import { keeperFolder } from '@telltale/agent-runner/keeper/keeper-folder';
import { keeperClientOf } from '@telltale/agent-runner/keeper/open-keeper';
import type { Clock } from '@telltale/runtime/clock';
import { ok, problem, type Finding } from '../doctor/finding.ts';

const longestMs = 30_000;
const everyMs = 200;

/** Whether the agent-runner that was started came up: its keeper answers then. */
export async function awaitKeeper({
  dataDir,
  forSystem,
  clock,
}: {
  dataDir: string;
  forSystem: boolean;
  clock: Clock;
}): Promise<Finding> {
  const keeper = keeperClientOf(keeperFolder(dataDir));
  const deadline = clock.monotonic() + longestMs;
  for (;;) {
    const hello = await keeper.hello().catch(() => null);
    if (hello !== null) return ok('agent-runner', `its keeper answers (version ${hello.version})`);
    if (clock.monotonic() >= deadline) break;
    await clock.sleep(everyMs);
  }
  const remedy = `\`journalctl ${forSystem ? '' : '--user '}-u telltale-runner\` says why`;
  return problem('agent-runner', `no keeper answers in ${dataDir}`, remedy);
}
