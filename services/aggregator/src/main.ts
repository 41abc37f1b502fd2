import { systemClock } from '@telltale/runtime/clock';
import { processEnvironment } from '@telltale/runtime/config';
import { createLog } from '@telltale/runtime/log';
import { runService } from '@telltale/runtime/service-main';
import { readAggregatorConfig } from './config.ts';
import { createAggregator } from './service.ts';

const log = createLog({ service: 'aggregator', level: 'info' });

await runService({
  log,
  start: () => createAggregator({ config: readAggregatorConfig(processEnvironment()), clock: systemClock, log }),
});
