import { once } from 'node:events';
import { claimDataFolder } from './data-folder.ts';

/** Claims the folder of its argument when told to, says how that went, and lives until it is killed. */
process.stdin.resume();
process.stdout.write('ready\n');
await once(process.stdin, 'data');
await claimDataFolder(process.argv[2] ?? '', 'http://127.0.0.1:1', () => process.stdout.write('waits\n'));
process.stdout.write('claimed\n');
