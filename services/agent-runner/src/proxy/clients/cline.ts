import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJson, objectOf, textOf, type Json } from '@telltale/answers/json-fields';
import type { Environment } from '../../run/child-environment.ts';
import { readSettings } from '../read-start.ts';
import { upstreamOf, type Upstream } from '../upstreams.ts';

const backend = 'CLINE_SESSION_BACKEND_MODE';
const settingsPath = 'CLINE_PROVIDER_SETTINGS_PATH';
const prefix = 'cline-';
/** Where it calls a provider of which its settings name no address. */
const defaults: Readonly<Record<string, string>> = {
  anthropic: 'https://api.anthropic.com/v1',
  'openai-native': 'https://api.openai.com/v1',
  openrouter: 'https://openrouter.ai/api/v1',
};
/** Words of its own that make no calls, or that have the hub make them. */
const others: ReadonlySet<string> = new Set(
  'auth config plugin skill connect mcp doctor history h hook schedule hub dashboard update version kanban'.split(' '),
);
/** With these it keeps its state elsewhere, or needs the hub. */
const apart = /^(?:-z|--zen|--data-dir(?:=.*)?|--kanban|--update)$/;

function valueOf(argv: readonly string[], option: string): string | undefined {
  const at = argv.indexOf(option);
  return at === -1 ? argv.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1) : argv[at + 1];
}

/** Its settings; null where there are none, where they cannot be read, or where it would write to them while it runs. */
function read(path: string): Json | null {
  try {
    const value: unknown = JSON.parse(readSettings(path) ?? 'null');
    if (!isJson(value)) return null;
    // A login is refreshed while it runs: what it writes into a copy would be lost, and the login with it.
    const entries = Object.values(objectOf(value, 'providers')).map((entry) => (isJson(entry) ? entry : {}));
    const isLogin = (entry: Json): boolean =>
      textOf(entry, 'tokenSource') === 'oauth' || objectOf(entry, 'settings')['auth'] !== undefined;
    return entries.some(isLogin) ? null : value;
  } catch {
    // It was never set up, or not by this person.
    return null;
  }
}

export type ClineCalls = {
  upstreams: readonly Upstream[];
  /** Writes its settings with `urls` in them to `file`, and says what makes it read those and make its calls itself. */
  lay(file: string, urls: ReadonlyMap<string, string>): Record<string, string>;
};

/**
 * Where `cline` sends its calls. By itself it leaves them to a hub that one start of it leaves for all that come after; told to
 * keep its session to itself it makes them, to the addresses in its settings, which it takes from a copy.
 */
export function clineCalls(argv: readonly string[], at: number, env: Environment): ClineCalls | null {
  const words = argv.slice(at + 1);
  const mode = env[backend]?.trim().toLowerCase() ?? '';
  if (words.some((word) => apart.test(word)) || others.has(words[0] ?? '') || env['CLINE_SANDBOX'] === '1') return null;
  if (mode !== '' && mode !== 'auto' && mode !== 'local') return null;
  const own = valueOf(words, '--config') ?? env['CLINE_DIR'] ?? join(env['HOME'] ?? '/', '.cline');
  const path = env[settingsPath] ?? join(env['CLINE_DATA_DIR'] ?? join(own, 'data'), 'settings/providers.json');
  const settings = read(path);
  const providers = objectOf(settings ?? {}, 'providers');
  const upstreams = Object.entries(providers).flatMap(([name, entry]) => {
    const base = isJson(entry) ? (textOf(objectOf(entry, 'settings'), 'baseUrl') ?? defaults[name]) : undefined;
    const upstream = base !== undefined && /^[\w.-]+$/.test(name) ? upstreamOf(`${prefix}${name}`, base) : null;
    return upstream === null ? [] : [upstream];
  });
  if (settings === null || upstreams.length === 0) return null;
  return {
    upstreams,
    lay(file, urls) {
      const led = Object.entries(providers).map(([name, entry]) => {
        const baseUrl = urls.get(`${prefix}${name}`);
        if (baseUrl === undefined || !isJson(entry)) return [name, entry];
        return [name, { ...entry, settings: { ...objectOf(entry, 'settings'), baseUrl } }];
      });
      writeFileSync(file, JSON.stringify({ ...settings, providers: Object.fromEntries(led) }), { mode: 0o600 });
      return { [backend]: 'local', [settingsPath]: file };
    },
  };
}
