import { join } from 'node:path';
import type { Environment } from '../../run/child-environment.ts';
import { readSettings } from '../read-start.ts';
import { upstreamOf, type Upstream } from '../upstreams.ts';
import { codexHome } from './codex-home.ts';
import { isOwnProgram } from './is-own-program.ts';

/**
 * Where `codex` sends its calls, or null where that cannot be told: with a provider of its own, a profile or a login
 * instead of an API key it is left alone. It reads no variable for the address, only its configuration.
 */
export function codexUpstream(
  argv: readonly string[],
  { env, cwd }: { env: Environment; cwd: string },
): Upstream | null {
  if (!isOwnProgram(argv, { client: 'codex', cwd, env })) return null;
  const home = codexHome(env, cwd);
  const config = readSettings(join(home, 'config.toml')) ?? '';
  const elsewhere = /^\s*(?:model_provider|profile|chatgpt_base_url|oss_provider)\s*=/m.test(config);
  const told = argv.some((word) =>
    /^(?:--oss|--profile|-p)$|^(?:--config=)?(?:model_provider|openai_base_url)=/.test(word),
  );
  const login = readSettings(join(home, 'auth.json'));
  const hasKey = (env['CODEX_API_KEY'] ?? '') !== '' || (login !== null && /"OPENAI_API_KEY"\s*:\s*"[^"]/.test(login));
  if (elsewhere || told || !hasKey) return null;
  const chosen = /^\s*openai_base_url\s*=\s*(.*)$/m.exec(config)?.[1];
  if (chosen === undefined) return upstreamOf('codex', 'https://api.openai.com/v1');
  const value = /^"([^"\\]*)"\s*(?:#.*)?$|^'([^']*)'\s*(?:#.*)?$/.exec(chosen.trim());
  return value === null ? null : upstreamOf('codex', value[1] ?? value[2] ?? '');
}

/** What points it somewhere else for one run. */
export const codexArguments = (url: string): string[] => ['-c', `openai_base_url="${url}"`];
