import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { CliError, reasonOf } from '../failure.ts';
import { launcherPath } from '../product.ts';

/** `telltale link`: makes `telltale` a command in every folder. */
export function addLinkCommand(program: Command, context: Context): void {
  program
    .command('link')
    .description('Put the launcher on the PATH, as a link in ~/.local/bin (as root in /usr/local/bin).')
    .option('--bin-dir <folder>', 'put the link into this folder instead')
    .action((flags: { binDir?: string }) => {
      const { link, onPath } = linkLauncher(flags.binDir ?? usualFolder(context.env), context.env);
      context.out(`${link} -> ${launcherPath}\n`);
      if (!onPath)
        context.say(
          `that folder is not on the PATH yet; add it in your shell's profile: export PATH="${resolve(link, '..')}:$PATH"`,
        );
    });
}

function usualFolder(env: Context['env']): string {
  if (process.geteuid?.() === 0 || !env['HOME']) return '/usr/local/bin';
  return join(env['HOME'], '.local/bin');
}

/** Links the launcher into a folder. A link of another clone is replaced, anything else that has the name is refused. */
export function linkLauncher(folder: string, env: Context['env']): { link: string; onPath: boolean } {
  const link = join(resolve(folder), 'telltale');
  try {
    mkdirSync(resolve(folder), { recursive: true });
    const present = lstatSync(link, { throwIfNoEntry: false });
    if (present?.isSymbolicLink() && isLauncher(resolve(folder, readlinkSync(link)))) rmSync(link);
    else if (present)
      throw new CliError(
        `${link} exists and is not a link of ours; remove it, or choose another folder with --bin-dir.`,
      );
    symlinkSync(launcherPath, link);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError(`${link} cannot be written (${reasonOf(cause)}); choose another folder with --bin-dir.`, {
      cause,
    });
  }
  return { link, onPath: (env['PATH'] ?? '').split(delimiter).includes(resolve(folder)) };
}

/** A launcher of any clone, also of one that has been deleted. */
function isLauncher(target: string): boolean {
  return target === launcherPath || !existsSync(target) || existsSync(join(target, '../apps/cli/src/main.ts'));
}
