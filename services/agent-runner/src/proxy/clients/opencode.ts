import { dirname, join } from 'node:path';
import { isJson, objectOf, textOf, type Json } from '@telltale/answers/json-fields';
import type { Environment } from '../../run/child-environment.ts';
import { readSettings } from '../read-start.ts';
import { upstreamOf, type Upstream } from '../upstreams.ts';

const inline = 'OPENCODE_CONFIG_CONTENT';
const defaults: Readonly<Record<string, string>> = {
  anthropic: 'https://api.anthropic.com/v1',
  openai: 'https://api.openai.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
};
const prefix = 'opencode-';

/** Every configuration that the client merges, the strongest last. */
function configurations(cwd: string, env: Environment): string[] {
  const global = join(env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? '/', '.config'), 'opencode');
  const folders = [cwd];
  for (let at = cwd; dirname(at) !== at; at = dirname(at)) folders.push(dirname(at));
  const named = ['config.json', 'opencode.json', 'opencode.jsonc'];
  const texts = [
    ...named.map((name) => readSettings(join(global, name))),
    env['OPENCODE_CONFIG'] === undefined ? null : readSettings(env['OPENCODE_CONFIG']),
    ...folders
      .reverse()
      .flatMap((folder) => [
        ...named.slice(1).map((name) => join(folder, name)),
        join(folder, '.opencode/opencode.json'),
      ])
      .map(readSettings),
    env[inline] ?? null,
  ];
  return texts.filter((text) => text !== null);
}

function parse(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * Where `opencode` sends the calls of each provider whose address is known. A configuration that names an address and
 * cannot be read here (comments) leaves it alone altogether.
 */
export function opencodeUpstreams(cwd: string, env: Environment): Upstream[] {
  const bases: Record<string, string> = { ...defaults };
  for (const text of configurations(cwd, env)) {
    const config = parse(text);
    if (config === null) {
      if (text.includes('baseURL') || text === env[inline]) return [];
      continue;
    }
    for (const [provider, settings] of Object.entries(objectOf(config, 'provider'))) {
      const base = isJson(settings) ? textOf(objectOf(settings, 'options'), 'baseURL') : undefined;
      if (base !== undefined) bases[provider] = base;
    }
  }
  return Object.entries(bases).flatMap(([provider, base]) => {
    const upstream = /^[\w.-]+$/.test(provider) ? upstreamOf(`${prefix}${provider}`, base) : null;
    return upstream === null ? [] : [upstream];
  });
}

/** What points it somewhere else for one run: laid over all its files, with what the person laid over them. */
export function opencodeVariables(urls: ReadonlyMap<string, string>, env: Environment): Record<string, string> {
  const config = parse(env[inline] ?? '{}') ?? {};
  const providers: Json = { ...objectOf(config, 'provider') };
  for (const [name, url] of urls) {
    if (!name.startsWith(prefix)) continue;
    const provider = name.slice(prefix.length);
    const before = objectOf(providers, provider);
    providers[provider] = { ...before, options: { ...objectOf(before, 'options'), baseURL: url } };
  }
  return { [inline]: JSON.stringify({ ...config, provider: providers }) };
}
