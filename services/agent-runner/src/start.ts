import { systemClock } from '@telltale/runtime/clock';
import { processEnvironment } from '@telltale/runtime/config';
import { createLog } from '@telltale/runtime/log';
import { runService } from '@telltale/runtime/service-main';
import { readAgentRunnerConfig } from './config.ts';
import { createAgentRunner } from './service.ts';

/** Makes this process an agent-runner until it is asked to end. */
export async function startAgentRunner(): Promise<void> {
  const log = createLog({ service: 'agent-runner', level: 'info' });
  await runService({
    log,
    start: () => createAgentRunner({ config: readAgentRunnerConfig(processEnvironment()), clock: systemClock, log }),
  });
}
