import { readFileSync } from 'node:fs';

/** What Node puts in the place of bytes that are no UTF-8. */
const replacement = '\uFFFD';

/** What this process was really called with, each argument ended by a zero byte; null where the system does not tell. */
function ownCommandLine(): Buffer | null {
  try {
    return readFileSync('/proc/self/cmdline');
  } catch {
    return null;
  }
}

/**
 * The number of the first argument of a command (the command's own name is 0) that is no UTF-8; null when all are. Node
 * hands such an argument on changed, and a program that gets another file's name than it was given may harm that one.
 */
export function inexactArgument(command: readonly string[], commandLine = ownCommandLine): number | null {
  if (!command.some((argument) => argument.includes(replacement))) return null;
  const raw = commandLine()?.toString('latin1').split('\0').slice(0, -1).slice(-command.length);
  if (raw?.length !== command.length) return null;
  const at = command.findIndex((argument, index) => Buffer.from(argument).toString('latin1') !== raw[index]);
  return at === -1 ? null : at;
}
