import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJson, listOf, objectOf, textOf, type Json } from '@telltale/answers/json-fields';
import type { Environment } from '../../run/child-environment.ts';
import { readSettings } from '../read-start.ts';
import { upstreamOf, type Upstream } from '../upstreams.ts';

/** Where it calls a provider of which its settings name no address. */
const defaults: Readonly<Record<string, string>> = {
  anthropic: 'https://api.anthropic.com',
  openai: 'https://api.openai.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
  openrouter: 'https://openrouter.ai/api/v1',
  mistral: 'https://api.mistral.ai',
  groq: 'https://api.groq.com/openai/v1',
  xai: 'https://api.x.ai/v1',
  deepseek: 'https://api.deepseek.com',
  cerebras: 'https://api.cerebras.ai/v1',
};
/** Words of its own that make no calls and take no extension. */
const others: ReadonlySet<string> = new Set(['install', 'remove', 'uninstall', 'update', 'list', 'config']);

/** Its settings, in which it takes comments and commas too many; null where they cannot be read. */
function read(path: string): Json | null {
  const text = readSettings(path);
  if (text === null) return {};
  const bare = text
    .replace(/"(?:\\.|[^"\\])*"|\/\/[^\n]*/g, (word) => (word.startsWith('"') ? word : ''))
    .replace(/"(?:\\.|[^"\\])*"|,(\s*[}\]])/g, (word, end?: string) => end ?? (word.startsWith('"') ? word : ''));
  try {
    const value: unknown = JSON.parse(bare);
    return isJson(value) ? value : null;
  } catch {
    // It has its own word for it.
    return null;
  }
}

export type PiCalls = {
  upstreams: readonly Upstream[];
  /** Writes an extension that names `urls` to a file beside `file`, and says how it is told of it. */
  lay(file: string, urls: ReadonlyMap<string, string>): readonly string[];
};

/**
 * Where `pi` sends its calls: it reads no variable, but takes the address of a provider from an extension, which goes before
 * `models.json`. It looks for its providers' hosts in an address, so each stands in the name of its way.
 */
export function piCalls(argv: readonly string[], at: number, env: Environment): PiCalls | null {
  if (others.has(argv[at + 1] ?? '')) return null;
  const own = env['PI_CODING_AGENT_DIR'] ?? join(env['HOME'] ?? '/', '.pi/agent');
  const settings = read(join(own, 'models.json'));
  if (settings === null) return null;
  const providers = objectOf(settings, 'providers');
  const ways = [...new Set([...Object.keys(defaults), ...Object.keys(providers)])].flatMap((provider) => {
    const told = objectOf(providers, provider);
    // An extension would have all models of a provider at one address.
    if (listOf(told, 'models').some((model) => textOf(model, 'baseUrl') !== undefined)) return [];
    const base = textOf(told, 'baseUrl') ?? (Object.hasOwn(defaults, provider) ? defaults[provider] : undefined);
    const host = URL.parse(base ?? '')?.hostname ?? '';
    const upstream =
      base !== undefined && /^[\w.-]+$/.test(provider) ? upstreamOf(`pi-${provider}-${host}`, base) : null;
    return upstream === null ? [] : [{ provider, upstream }];
  });
  if (ways.length === 0) return null;
  return {
    upstreams: ways.map(({ upstream }) => upstream),
    lay(file, urls) {
      const addresses = ways.flatMap(({ provider, upstream }) => {
        const baseUrl = urls.get(upstream.name);
        return baseUrl === undefined
          ? []
          : [`  pi.registerProvider(${JSON.stringify(provider)}, { baseUrl: ${JSON.stringify(baseUrl)} });`];
      });
      const extension = `${file}.mjs`;
      writeFileSync(extension, ['export default (pi) => {', ...addresses, '};', ''].join('\n'), { mode: 0o600 });
      return [...argv.slice(0, at + 1), '--extension', extension, ...argv.slice(at + 1)];
    },
  };
}
