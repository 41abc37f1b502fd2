import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { PtyPlan } from './start-in-pty.ts';

const endOfInput = 0x04;
const suspendKey = 0x1a;
const usual = { columns: 80, rows: 24 };

/** `stty` on our standard input; null where that is no terminal or there is no `stty`. */
function stty(...words: string[]): string | null {
  if (!isatty(0)) return null;
  const { status, stdout } = spawnSync('stty', words, { stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** Whether the terminal is ours: who is in the background is stopped for changing it. */
function isForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    // A system that does not tell: there the terminal is taken.
    return true;
  }
}

/**
 * The terminal that we stand in, as the screen of a program in a pseudo-terminal. While it is taken, every key goes to the
 * program, Ctrl-C and Ctrl-Z too, and no byte of the output is changed: Node's own raw mode would still turn line feeds
 * into pairs. Without a terminal the size is the usual one, and the input is passed on as it comes.
 */
export function openScreen(): Omit<PtyPlan, 'shown'> & Disposable {
  const before = stty('-g');
  let onSuspend: (() => void) | undefined;
  let onSize: ((columns: number, rows: number) => void) | undefined;
  let wanted = false;
  let taken = false;
  const takeIt = (): void => {
    if (taken || !wanted || before === null) return;
    taken = true;
    stty('raw', '-echo');
  };
  const giveBack = (): void => {
    if (!taken || before === null) return;
    taken = false;
    stty(before);
  };
  return {
    columns: process.stdout.columns ?? usual.columns,
    rows: process.stdout.rows ?? usual.rows,
    onInput(take) {
      wanted = true;
      takeIt();
      const typed = (bytes: Buffer): void => {
        take(bytes);
        if (bytes.includes(suspendKey)) onSuspend?.();
      };
      // What a person would type at the end of what they have to say.
      const end = (): void => take(Buffer.from([endOfInput]));
      process.stdin.on('data', typed).once('end', end);
      return {
        [Symbol.dispose]() {
          process.stdin.off('data', typed).off('end', end).pause();
          wanted = false;
          giveBack();
        },
      };
    },
    onResize(take) {
      onSize = take;
      const changed = (): void => take(process.stdout.columns ?? usual.columns, process.stdout.rows ?? usual.rows);
      process.stdout.on('resize', changed);
      return {
        [Symbol.dispose]() {
          onSize = undefined;
          process.stdout.off('resize', changed);
        },
      };
    },
    onSuspendKey(take) {
      onSuspend = take;
      return { [Symbol.dispose]: () => void (onSuspend = undefined) };
    },
    away: giveBack,
    back() {
      if (!isForeground()) return;
      takeIt();
      // Nobody in the background is told that the terminal became another size.
      const [rows = 0, columns = 0] = (stty('size') ?? '').split(' ').map(Number);
      if (rows > 0 && columns > 0) onSize?.(columns, rows);
    },
    [Symbol.dispose]: giveBack,
  };
}
