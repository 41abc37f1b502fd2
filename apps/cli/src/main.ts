import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Before the first import of the program itself: the compiled form of all that follows is kept, which halves the start.
enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/telltale/compile'));
const { runCommandLine } = await import('./command-line.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));
