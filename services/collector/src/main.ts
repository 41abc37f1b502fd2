import { systemClock } from '@telltale/runtime/clock';
import { processEnvironment } from '@telltale/runtime/config';
import { createLog } from '@telltale/runtime/log';
import { runService } from '@telltale/runtime/service-main';
import { readCollectorConfig } from './config.ts';
import { createCollector } from './service.ts';

const log = createLog({ service: 'collector', level: 'info' });

await runService({
  log,
  start: () => createCollector({ config: readCollectorConfig(processEnvironment()), clock: systemClock, log }),
});
