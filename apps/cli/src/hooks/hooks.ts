import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { changeFile, withoutHooks } from './change-file.ts';
import { areDisabled } from './claude-settings.ts';
import { diffLines } from './diff.ts';
import { hookScript, hookWords, isOurs } from './hook-command.ts';
import { hookClients, hookFile, type HookClient, type HookFile } from './hook-files.ts';

export type HooksFlags = ClientFlags & { only?: HookClient; dryRun?: boolean };

/** How long a hook may hold up an agent. */
const mostMs = 200;

const chosen = (flags: HooksFlags): readonly HookClient[] => (flags.only === undefined ? hookClients : [flags.only]);

async function change(
  flags: HooksFlags,
  context: Context,
  made: (file: HookFile) => string | Promise<string>,
): Promise<void> {
  const troubles: string[] = [];
  for (const client of chosen(flags)) {
    // A file of one client that cannot be changed does not keep the others from it.
    await changeOne(client, flags, context, made).catch((error: unknown) => {
      if (!(error instanceof CliError)) throw error;
      troubles.push(error.message);
    });
  }
  if (troubles.length > 0) throw new CliError(troubles.join('\n'));
}

async function changeOne(
  client: HookClient,
  flags: HooksFlags,
  context: Context,
  made: (file: HookFile) => string | Promise<string>,
): Promise<void> {
  const file = await hookFile(client, context.env);
  const text = await made(file);
  if (text === file.text) {
    context.say(`${file.path}: nothing to change`);
    return;
  }
  context.out(`${[`--- ${file.path}`, `+++ ${file.path}`, ...diffLines(file.text, text)].join('\n')}\n`);
  if (flags.dryRun) return;
  await changeFile(file, text);
  context.say(`${file.path}: changed`);
}

/** Puts the hooks in, once, and shows what changes. */
export const installHooks = (flags: HooksFlags, context: Context): Promise<void> =>
  change(flags, context, (file) => file.installed(flags));

/** Takes them out again. */
export const uninstallHooks = (flags: HooksFlags, context: Context): Promise<void> =>
  change(flags, context, withoutHooks);

/** A busy machine may hold up any of them. */
const mostTries = 3;

/** The quickest of a few calls of the hook. */
async function measureHook(client: HookClient): Promise<{ ms: number; ok: boolean }> {
  let best = await tryHook(client);
  for (let tries = 1; tries < mostTries && best.ok && best.ms > mostMs; tries += 1) {
    const next = await tryHook(client);
    if (!next.ok || next.ms < best.ms) best = next;
  }
  return best;
}

/** Calls the hook as a client would, with nothing to report. */
async function tryHook(client: HookClient): Promise<{ ms: number; ok: boolean }> {
  const [command = 'sh', ...words] = hookWords(client, {});
  const started = performance.now();
  const child = spawn(command, [...words, '{}'], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end('{}');
  const [code] = (await once(child, 'close')) as [number | null];
  return { ms: performance.now() - started, ok: code === 0 };
}

/** Why the hooks cannot be put into a file; null when they can. */
function troubleOf(file: HookFile): string | null {
  try {
    file.installed({});
    if (file.client === 'claude' && isOurs(file.text) && areDisabled(file.text, file.path))
      return 'installed, but "disableAllHooks" in the same file keeps all hooks from running';
    return null;
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
}

function stateOf(installed: boolean, current: boolean): string {
  if (!installed) return 'not installed (telltale hooks install)';
  return current ? 'installed' : 'of another clone: install again';
}

/** Says for each client whether its hooks are there and hold it up no longer than they may. Exit code 1 where they do. */
export async function checkHooks(flags: HooksFlags, context: Context): Promise<void> {
  const rows = [];
  for (const client of chosen(flags)) {
    const file = await hookFile(client, context.env);
    const { path, text } = file;
    const installed = isOurs(text);
    const trouble = troubleOf(file);
    const current = installed && text.includes(hookScript);
    const { ms, ok } = await measureHook(client);
    const well = ok && ms <= mostMs && (!installed || current) && trouble === null;
    if (!well) context.exitCode = 1;
    rows.push({ client, path, installed, current, ms: Math.round(ms * 10) / 10, well, trouble });
  }
  if (flags.json) {
    context.out(`${JSON.stringify({ hooks: rows })}\n`);
    return;
  }
  for (const { client, path, installed, current, ms, well, trouble } of rows) {
    const state = trouble ?? stateOf(installed, current);
    context.out(
      `${well ? 'ok ' : 'NOT'} ${client.padEnd(7)} ${state}; a call takes ${ms} ms of at most ${mostMs}; ${path}\n`,
    );
  }
}
