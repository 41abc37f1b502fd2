import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// The compiled form of all that follows is kept, before the first of it is imported: it halves the start.
enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/telltale/compile'));
const { startAgentRunner } = await import('./start.ts');
await startAgentRunner();
