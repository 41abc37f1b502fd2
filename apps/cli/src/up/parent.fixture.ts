// Starts one service, writes down which process it is, and waits to be killed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServiceProcess } from './service-process.ts';

const [folder = ''] = process.argv.slice(2);
const service = startServiceProcess({
  name: 'collector',
  main: join(import.meta.dirname, 'service.fixture.ts'),
  env: { BEHAVIOUR: 'well' },
  logFile: join(folder, 'collector.log'),
});
await service.started;
writeFileSync(join(folder, 'pid'), JSON.stringify(service.mark));
