import { processEnvironment } from '@telltale/runtime/config';
import { createLog } from '@telltale/runtime/log';
import { runService } from '@telltale/runtime/service-main';
import { readGatewayConfig } from './config.ts';
import { createGateway } from './service.ts';

const log = createLog({ service: 'gateway', level: 'info' });

await runService({ log, start: () => createGateway({ config: readGatewayConfig(processEnvironment()), log }) });
