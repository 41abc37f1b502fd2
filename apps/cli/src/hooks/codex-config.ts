import { CliError } from '../failure.ts';
import { withMarkOf, withoutMark } from './byte-order-mark.ts';
import { isOurs } from './hook-command.ts';

const ownNotify = /^\s*(?:notify|"notify"|'notify')\s*=/;

/** The lines before the first table, where the settings of the whole program stand. */
const headLength = (lines: readonly string[]): number => {
  const table = lines.findIndex((line) => /^\s*\[/.test(line));
  return table === -1 ? lines.length : table;
};

/** Codex's configuration without our hook. */
export function withoutCodexHook(text: string): string {
  const lines = withoutMark(text).split('\n');
  const kept = lines.filter((line, index) => !(index < headLength(lines) && ownNotify.test(line) && isOurs(line)));
  return withMarkOf(text, kept.join('\n'));
}

/** The configuration with our hook, once. Codex calls one program only: that of the person stays. */
export function withCodexHook(text: string, path: string, words: readonly string[]): string {
  const clean = withoutMark(withoutCodexHook(text));
  const lines = clean.split('\n');
  if (lines.slice(0, headLength(lines)).some((line) => ownNotify.test(line)))
    throw new CliError(
      `${path} has a notify command of your own, and Codex takes only one. Use \`telltale import\` instead.`,
    );
  return withMarkOf(text, `notify = [${words.map((word) => JSON.stringify(word)).join(', ')}]\n${clean}`);
}
