import { spawn } from '@lydell/node-pty';
import { until } from '@telltale/testkit/until';
import { plainEnvironment } from './watch-command.ts';

/** A terminal of 100 × 30, in which something runs; what it shows and what is typed. */
export function openTerminal(file: string, args: string[], more: Readonly<Record<string, string | undefined>> = {}) {
  const env = { ...plainEnvironment, TERM: 'xterm', PS1: '# ', ...more };
  const terminal = spawn(file, args, { cols: 100, rows: 30, env });
  let screen = '';
  let code: number | null = null;
  terminal.onData((data) => (screen += data));
  terminal.onExit(({ exitCode }) => (code = exitCode));
  /** Waits for a text on the screen, after what it showed at `from` characters. */
  const shows = (text: string | RegExp, from = 0) =>
    until(() => (typeof text === 'string' ? screen.indexOf(text, from) >= 0 : text.test(screen.slice(from)))).catch(
      (cause: unknown) => {
        throw new Error(`no ${String(text)} on a screen that shows ${JSON.stringify(screen.slice(from))}`, { cause });
      },
    );
  return {
    terminal,
    shows,
    type: (text: string) => terminal.write(text),
    screen: () => screen,
    ended: () => until(() => code !== null).then(() => code),
  };
}

/** Words as a shell takes them. */
export const quoted = (argv: readonly string[]): string =>
  argv.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');

/**
 * A full-screen program, for node: takes the whole screen, tells each key and each size, ends with `q`. Ctrl-Z gives the
 * terminal back and stops it as its argument says: `self` (SIGSTOP to itself, as Ink programs do) or `group` (SIGTSTP to
 * its whole group, as vim does).
 */
export const fullScreenProgram = `
const { stdin, stdout } = process;
stdin.setRawMode(true);
const size = () => stdout.write('\\x1b[2J\\x1b[H size ' + stdout.columns + 'x' + stdout.rows + ' ');
stdout.write('\\x1b[?1049h\\x1b[?2004h');
size();
stdout.on('resize', size);
process.on('SIGWINCH', () => stdout.write(' winch '));
process.on('SIGCONT', () => { stdin.setRawMode(true); stdout.write(' back '); });
const away = { self: () => process.kill(process.pid, 'SIGSTOP'), group: () => process.kill(0, 'SIGTSTP') };
stdin.on('data', (bytes) => {
  if (bytes[0] === 0x1a) {
    stdin.setRawMode(false);
    stdout.write(' away ');
    away[process.argv[2] || 'self']();
    return;
  }
  stdout.write(' key ' + bytes.toString('hex') + ' ');
  if (bytes.toString() === 'q') { stdout.write('\\x1b[?2004l\\x1b[?1049l'); process.exit(5); }
});`;
