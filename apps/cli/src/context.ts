import type { Page } from './terminal/page.ts';

/** What every command gets from outside itself. */
export interface Context {
  env: Readonly<Record<string, string | undefined>>;
  /** Results, on stdout. */
  out(text: string): void;
  /** What results are written on, for those that depend on it. */
  page(flags: { color?: boolean }): Page;
  /** Everything else, one line on stderr. */
  say(line: string): void;
  /** What the process exits with when the command returns; commands that pass on another's code set it. */
  exitCode: number;
}
