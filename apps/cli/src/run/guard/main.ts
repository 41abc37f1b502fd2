import { processEnvironment } from '@telltale/runtime/config';
import { endKilledRun, killedRun } from './end-killed-run.ts';

// `node main.ts <JSON>`: what is left of a run whose `telltale run` was killed.
await endKilledRun(killedRun.parse(JSON.parse(process.argv[2] ?? '')), processEnvironment());
