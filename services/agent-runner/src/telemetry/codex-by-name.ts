import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from '../run/child-environment.ts';
import { findsCodex } from '../proxy/clients/is-own-program.ts';
import { codexArguments, codexEndpoints } from './codex-arguments.ts';
import { isProgramText, namesCodex } from './started-texts.ts';

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** Whether a program that is no client may start Codex by its name: its text says so, or it has none. */
const mayStartCodex = (argv: readonly string[], cwd: string): boolean => !isProgramText(argv) || namesCodex(argv, cwd);

/**
 * Codex reads no variable that says where it reports: what a shell or a script starts by that name is, for the run, a program in
 * `folder` that starts the person's own with the words that say it. The way there for such a program as `PATH`; null where it
 * is known to start none, where there is none, or where the person has Codex report somewhere else.
 */
export function leadCodexByName({
  argv,
  cwd,
  env,
  endpoint,
  folder,
}: {
  argv: readonly string[];
  cwd: string;
  env: Environment;
  endpoint: string;
  /** Of the run's own, not made yet; null: nowhere. */
  folder: string | null;
}): string | null {
  const path = env['PATH'];
  if (folder === null || path === undefined || !mayStartCodex(argv, cwd)) return null;
  const words = codexArguments([], endpoint, { env, cwd });
  if (words.length === 0 || codexEndpoints([], { env, cwd }).size > 0 || !findsCodex(env, cwd)) return null;
  const program = join(folder, 'codex');
  // Found by its name again, without this folder: what a script puts in front of it stays there. The shell alone does it, as a
  // script may leave no other program on the way.
  const script = [
    '#!/bin/sh',
    // By this a run within the run knows what it stands for.
    '# @openai/codex',
    `own=${quoted(folder)}`,
    'rest=$PATH:',
    'PATH=',
    'while [ -n "$rest" ]; do',
    '  at=${rest%%:*}',
    '  rest=${rest#*:}',
    '  case $at in "$own" | "$own"/) ;; *) PATH=$PATH:$at ;; esac',
    'done',
    'PATH=${PATH#:}',
    'export PATH',
    `exec codex ${words.map(quoted).join(' ')} "$@"`,
    '',
  ];
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(program, script.join('\n'), { mode: 0o700 });
  } catch {
    // A full disk keeps nobody's program from running.
    return null;
  }
  return `${folder}${delimiter}${path}`;
}
