import { join } from 'node:path';
import { runProgram } from '@telltale/embedded/run-program';
import { productRoot } from '../product.ts';

/**
 * Builds the dashboard when its sources changed since it was built, in a process of its own. Without it everything else
 * works: a failure is said in one sentence and stops nothing.
 */
export async function ensureDashboard({
  say,
  signal,
}: {
  say: (line: string) => void;
  signal: AbortSignal;
}): Promise<void> {
  const main = join(productRoot, 'apps/dashboard/build/main.ts');
  const { code, output } = await runProgram(process.execPath, [main], { cwd: productRoot, signal });
  const lastLine = output.trim().split('\n').at(-1) ?? '';
  if (code === 0) {
    if (lastLine.includes('built')) say(lastLine);
  } else if (!signal.aborted) {
    say(`the dashboard could not be built (${lastLine.slice(0, 200)}); ${process.execPath} ${main} says more`);
  }
}
