import { systemClock } from '@telltale/runtime/clock';
import { processEnvironment } from '@telltale/runtime/config';
import { createLog } from '@telltale/runtime/log';
import { runService } from '@telltale/runtime/service-main';
import { createKeeper } from './keeper.ts';
import { readKeeperConfig } from './keeper-config.ts';

/** Makes this process the keeper of a folder until it is asked to end or nobody needs it. */
export async function startKeeper(folder: string): Promise<void> {
  const log = createLog({ service: 'keeper', level: 'info' });

  // Whoever started it may go away with its terminal; and one run's bad luck must not take the others with it.
  process.on('SIGHUP', () => undefined);
  process.on('uncaughtException', (error) => log.error({ err: error }, 'unexpected; the runs go on'));
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unexpected; the runs go on'));

  const over = (why: string): void => {
    log.info({ why }, 'over');
    process.kill(process.pid, 'SIGTERM');
  };

  await runService({
    log,
    async start() {
      const options = { folder, config: readKeeperConfig(folder), env: processEnvironment(), clock: systemClock, log };
      const keeper = await createKeeper({ ...options, onOver: over });
      if (keeper !== null) return keeper;
      log.info('another keeper has the folder');
      over('not needed');
      return { [Symbol.asyncDispose]: async () => undefined };
    },
  });
}
