import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../failure.ts';
import { withClaudeHooks, withoutClaudeHooks } from './claude-settings.ts';
import { withCodexHook, withoutCodexHook } from './codex-config.ts';
import { hookWords, shellLine, type HookTarget } from './hook-command.ts';

export const hookClients = ['claude', 'codex'] as const;
export type HookClient = (typeof hookClients)[number];

export type HookFile = {
  client: HookClient;
  path: string;
  /** What it holds; empty when it is not there. */
  text: string;
  installed(target: HookTarget): string;
  /** A text of it without our hooks. */
  removed(text: string): string;
};

type Environment = Readonly<Record<string, string | undefined>>;

const read = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code === 'ENOENT') return '';
    throw new CliError(`${path} could not be read (${String(code ?? error)}).`);
  });

/** The settings file of each client, as it is and as it would be. */
export async function hookFile(client: HookClient, env: Environment): Promise<HookFile> {
  const home = env['HOME'] ?? '/';
  if (client === 'claude') {
    const path = join(env['CLAUDE_CONFIG_DIR'] ?? join(home, '.claude'), 'settings.json');
    const text = await read(path);
    return {
      client,
      path,
      text,
      installed: (target) => withClaudeHooks(text, path, shellLine(hookWords(client, target))),
      removed: (from) => withoutClaudeHooks(from, path),
    };
  }
  const path = join(env['CODEX_HOME'] ?? join(home, '.codex'), 'config.toml');
  const text = await read(path);
  return {
    client,
    path,
    text,
    installed: (target) => withCodexHook(text, path, hookWords(client, target)),
    removed: withoutCodexHook,
  };
}
