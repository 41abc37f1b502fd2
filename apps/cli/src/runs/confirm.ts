import { createInterface } from 'node:readline/promises';

/** Whether the person typed the expected word; false without a terminal. */
export async function confirm(question: string, expected: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(`telltale: ${question}`)).trim() === expected;
  } finally {
    lines.close();
  }
}
