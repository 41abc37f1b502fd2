import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Environment } from '../run/child-environment.ts';

/** More of a script is not looked at. */
const mostBytes = 64 * 1024;

function headOf(path: string): string {
  try {
    // A pipe (`bash <(…)`) can be read once, and that is the program's own to do.
    if (!statSync(path).isFile()) return '';
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(mostBytes);
      const text = bytes.toString('utf8', 0, readSync(file, bytes, 0, mostBytes, 0));
      return text.includes('\0') ? '' : text;
    } finally {
      closeSync(file);
    }
  } catch {
    // Not there, no file, or not ours to read.
    return '';
  }
}

/** The text of the script that a command runs: the one that it hands to a shell, or itself where it is one; else empty. */
export function shellText(argv: readonly string[], env: Environment): string {
  const [program = '', ...words] = argv;
  const at = (path: string): string => headOf(resolve(env['PWD'] ?? '.', path));
  if (/^(?:ba|z|da|k|a)?sh$/.test(basename(program))) {
    const script = words.find((word) => !word.startsWith('-'));
    return script === undefined || words.includes('-c') ? '' : at(script);
  }
  if (!program.includes('/')) return '';
  const text = at(program);
  return /^#!.*\b(?:ba|z|da|k|a)?sh\b/.test(text) ? text : '';
}
