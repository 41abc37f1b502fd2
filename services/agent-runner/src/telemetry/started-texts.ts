import { basename, resolve } from 'node:path';
import { readStart } from '../proxy/read-start.ts';
import { shellText } from './shell-text.ts';

/** More of a program is not looked at, and more words of a command are not. */
const mostBytes = 64 * 1024;
const mostWords = 20;
const runners = /^(?:python[\d.]*|node|bun|deno|tsx|ts-node|uv|poetry|pipenv)$/;
const program = /\.(?:py|[cm]?[jt]s)$/;

/** Whether a program has a text of its own that is read; anything else (make, a shell, a binary) has none. */
export const isProgramText = ([first = '']: readonly string[]): boolean =>
  runners.test(basename(first)) || program.test(first);

/** What a command may start others by: its words, the script that it hands to a shell, the program that it hands to Python or Node. */
export function startedTexts(argv: readonly string[], cwd: string): string[] {
  const [first = '', ...rest] = argv;
  const files = runners.test(basename(first)) ? rest.slice(0, mostWords) : [first];
  const programs = files.filter((word) => program.test(word));
  return [...argv, shellText(argv, cwd), ...programs.map((word) => readStart(resolve(cwd, word), mostBytes) ?? '')];
}

const codex = /(?:^|[\s/"'`;&|(=[,])codex(?=$|[\s"'`;&|),\]])/m;

/** Whether a command that is not Codex names it, or what it starts does. */
export const namesCodex = (argv: readonly string[], cwd: string): boolean =>
  startedTexts(argv, cwd).some((text) => codex.test(text));
