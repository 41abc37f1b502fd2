import { dirname, join } from 'node:path';
import { isJson, objectOf, textOf, type Json } from '@telltale/answers/json-fields';
import type { Environment } from '../../run/child-environment.ts';
import { startedTexts } from '../../telemetry/started-texts.ts';
import { readSettings } from '../read-start.ts';
import { isShell } from '../script-of.ts';
import { upstreamOf, type Upstream } from '../upstreams.ts';

/** A client of this kind: where its files are, how they are named, and the variables that name more of them. */
type Dialect = { folder: string; folders: readonly string[]; names: readonly string[]; inline: string; file: string };
const own = ['opencode.json', 'opencode.jsonc'];
const dialects: Readonly<Record<OpencodeName, Dialect>> = {
  opencode: {
    folder: 'opencode',
    folders: ['.opencode'],
    names: own,
    inline: 'OPENCODE_CONFIG_CONTENT',
    file: 'OPENCODE_CONFIG',
  },
  // It is made from opencode and reads that one's files as well.
  kilo: {
    folder: 'kilo',
    folders: ['.kilocode', '.kilo'],
    names: ['kilo.json', 'kilo.jsonc', ...own],
    inline: 'KILO_CONFIG_CONTENT',
    file: 'KILO_CONFIG',
  },
};
export type OpencodeName = 'opencode' | 'kilo';
export const isOpencode = (name: string | undefined): name is OpencodeName => name === 'opencode' || name === 'kilo';

const programs: Readonly<Record<OpencodeName, string>> = { opencode: 'opencode', kilo: 'kilo(?:code)?' };

/** Those of them that a line or a script for a shell, or a program's own text, starts: what leads them is read by nobody else. */
export function opencodesIn(argv: readonly string[], cwd: string): OpencodeName[] {
  const lines = argv.some(isShell) ? argv.filter((word) => /\s/.test(word)) : [];
  const texts = [...lines, ...startedTexts(argv, cwd).slice(argv.length)];
  return (['opencode', 'kilo'] as const).filter((name) =>
    texts.some((text) => new RegExp(`(?:^|[\\s/"'\`;&|(=[,])${programs[name]}(?=[\\s"'\`,\\])])`, 'm').test(text)),
  );
}

const defaults: Readonly<Record<string, string>> = {
  anthropic: 'https://api.anthropic.com/v1',
  openai: 'https://api.openai.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
};
/** By these it finds another address itself, with a key for that one; the program is led by the variable, where it can be. */
const variables: Readonly<Record<string, string>> = { anthropic: 'ANTHROPIC_BASE_URL', openai: 'OPENAI_BASE_URL' };

/** Every configuration that the client merges, the strongest last. */
function configurations({ folder, folders, names, inline, file }: Dialect, cwd: string, env: Environment): string[] {
  const global = join(env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? '/', '.config'), folder);
  const places = [cwd];
  for (let at = cwd; dirname(at) !== at; at = dirname(at)) places.push(dirname(at));
  const texts = [
    ...['config.json', ...names].map((name) => readSettings(join(global, name))),
    env[file] === undefined ? null : readSettings(env[file]),
    ...places
      .reverse()
      .flatMap((place) => [
        ...names.map((name) => join(place, name)),
        ...folders.flatMap((one) => names.map((name) => join(place, one, name))),
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
export function opencodeUpstreams(name: OpencodeName, cwd: string, env: Environment): Upstream[] {
  const isDefault = ([provider]: [string, string]): boolean => (env[variables[provider] ?? ''] ?? '') === '';
  const bases = Object.fromEntries(Object.entries(defaults).filter(isDefault));
  const dialect = dialects[name];
  for (const text of configurations(dialect, cwd, env)) {
    const config = parse(text);
    if (config === null) {
      if (text.includes('baseURL') || text === env[dialect.inline]) return [];
      continue;
    }
    for (const [provider, settings] of Object.entries(objectOf(config, 'provider'))) {
      const base = isJson(settings) ? textOf(objectOf(settings, 'options'), 'baseURL') : undefined;
      if (base !== undefined) bases[provider] = base;
    }
  }
  return Object.entries(bases).flatMap(([provider, base]) => {
    const upstream = /^[\w.-]+$/.test(provider) ? upstreamOf(`${name}-${provider}`, base) : null;
    return upstream === null ? [] : [upstream];
  });
}

/** What points it somewhere else for one run: laid over all its files, with what the person laid over them. */
export function opencodeVariables(
  client: OpencodeName,
  urls: ReadonlyMap<string, string>,
  env: Environment,
): Record<string, string> {
  const { inline } = dialects[client];
  const config = parse(env[inline] ?? '{}') ?? {};
  const providers: Json = { ...objectOf(config, 'provider') };
  for (const [name, url] of urls) {
    if (!name.startsWith(`${client}-`)) continue;
    const provider = name.slice(client.length + 1);
    const before = objectOf(providers, provider);
    providers[provider] = { ...before, options: { ...objectOf(before, 'options'), baseURL: url } };
  }
  return { [inline]: JSON.stringify({ ...config, provider: providers }) };
}
