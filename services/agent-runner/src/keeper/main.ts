import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// `node main.ts <folder>`: started by an agent-runner, and outlives it. The compiled form of all that follows is kept, before
// the first of it is imported: a keeper then starts in half the time, and without the compiler in its memory.
enableCompileCache(join(import.meta.dirname, '../../../../node_modules/.cache/telltale/compile'));
const { startKeeper } = await import('./start.ts');
await startKeeper(process.argv[2] ?? '');
