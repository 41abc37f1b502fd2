import { createInterface } from 'node:readline/promises';
import { CliError } from '../failure.ts';

/** Who cannot be asked has to have said `--yes`. */
export function demandTerminal(): void {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new CliError('nothing was stopped; without a terminal say --yes', { exitCode: 2 });
}

/**
 * Resolves when the person typed the expected word. Otherwise nothing is to be done, and it throws what to say: without a
 * terminal, where somebody has to have said `--yes`, for another word, and for Ctrl-C or Ctrl-D.
 */
export async function confirm(question: string, expected: string): Promise<void> {
  demandTerminal();
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<null>((resolve) => lines.once('close', () => resolve(null)));
  try {
    const typed = await Promise.race([lines.question(`telltale: ${question}`).catch(() => null), closed]);
    if (typed?.trim() === expected) return;
    if (typed !== null) throw new CliError(`nothing was stopped: that was not ${expected}`, { exitCode: 2 });
    process.stderr.write('\n');
    throw new CliError('nothing was stopped', { exitCode: 130 });
  } finally {
    lines.close();
  }
}
