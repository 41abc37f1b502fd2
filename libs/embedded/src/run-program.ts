import { spawn, type SpawnOptions } from 'node:child_process';

/** How a short-lived program ended and what it said on both streams together. */
export interface ProgramResult {
  code: number | null;
  output: string;
}

/** Runs a program to its end, with `input` on its stdin. A program that cannot be started gives code null. */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: SpawnOptions & { input?: string } = {},
): Promise<ProgramResult> {
  const { input = '', ...rest } = options;
  return new Promise((resolve) => {
    const child = spawn(file, args, { ...rest, stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
    // A program that ends without reading its input closes the pipe; that is not an error of ours.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
