import { handedScript, isShell, scriptOf } from '../proxy/script-of.ts';

/** The text of the script that a command runs: the one that it hands to a shell, or itself where it is one; else empty. */
export function shellText(argv: readonly string[], cwd: string): string {
  const [program = ''] = argv;
  if (isShell(program)) return handedScript(argv, cwd);
  return program.includes('/') ? scriptOf([program], cwd) : '';
}
