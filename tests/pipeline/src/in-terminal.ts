import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

const quoted = (argv: readonly string[]): string =>
  argv.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');

/** A command in a pseudo-terminal of its own, 120 cells wide and 24 lines high. */
export function runInTerminal(argv: readonly string[], options: { env: Record<string, string>; cwd: string }) {
  const line = `stty cols 120 rows 24; exec ${quoted(argv)}`;
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    ...options,
    env: { ...options.env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
  // Once all it wrote is here, too: its end may be heard of before.
  const ended = new Promise<number | null>((done) => child.once('close', done));
  return {
    ended,
    /** All that was written, as it was. */
    written: (): string => written,
    /** All that was written, without colours and movements of the cursor. */
    text: (): string => stripVTControlCharacters(written),
    type: (keys: string): void => void child.stdin.write(keys),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
