import { basename, resolve } from 'node:path';
import { readStart } from './read-start.ts';

/** More of a script is not looked at. */
const mostBytes = 64 * 1024;

function read(path: string): string {
  const text = readStart(path, mostBytes) ?? '';
  return text.includes('\0') ? '' : text;
}

/** Whether a shell that takes a script runs this program. */
export const isShell = (program: string): boolean => /^(?:ba|z|da|k|a)?sh$/.test(basename(program));

/** The first word of a shell's own that is a file: behind its options, and none where a line or the input is the script. */
function scriptWord(words: readonly string[]): string | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') return words[at + 1];
    if (!/^[-+]/.test(word)) return word;
    if (/^-\w*[cs]\w*$/.test(word)) return undefined;
    // These have a word of their own behind them.
    if (/^(?:[-+]\w*[oO]|--rcfile|--init-file)$/.test(word)) at += 1;
  }
  return undefined;
}

/** The text of the file that a command hands to a shell, whatever its first line; empty where it hands none. */
export function handedScript([program = '', ...words]: readonly string[], cwd: string): string {
  const word = isShell(program) ? scriptWord(words) : undefined;
  return word === undefined ? '' : read(resolve(cwd, word));
}

/** The text of the first file that a command names, where it is a script for a shell. */
export function scriptOf(argv: readonly string[], cwd: string): string {
  const handed = handedScript(argv, cwd);
  if (handed !== '') return handed;
  for (const word of argv) {
    const text = word.startsWith('-') ? '' : read(resolve(cwd, word));
    if (/^#!.*\b(?:ba|z|da|k|a)?sh\b/.test(text)) return text;
  }
  return '';
}
