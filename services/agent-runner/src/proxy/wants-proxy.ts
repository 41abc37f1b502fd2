import { basename, dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from '../run/child-environment.ts';
import { claudeCalls } from './clients/claude.ts';
import type { ClientName } from './clients/client-of.ts';
import { knownClientOf } from './clients/is-own-program.ts';
import { startedTexts } from '../telemetry/started-texts.ts';
import { readStart } from './read-start.ts';
import { scriptOf } from './script-of.ts';
import { addressesIn, isAddressVariable, ofAzure, upstreamOf } from './upstreams.ts';

/**
 * They tell nothing of their calls (aider, pi), or lose part of it: opencode and Kilo Code their last spans, Gemini CLI a turn that failed,
 * Copilot CLI how long what it wrote to the cache lives, which decides the price, Cline thoughts and attempts made again, Qwen Code those attempts.
 */
const withoutTelemetry: ReadonlySet<ClientName> = new Set<ClientName>([
  'opencode',
  'gemini',
  'copilot',
  'aider',
  'cline',
  'qwen',
  'kilo',
  'pi',
]);

/** With one of these a program may be about to call its provider, at an address that nobody knows. */
const keys = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'OPENAI_API_KEY',
  'GEMINI_API_KEY',
  'GOOGLE_API_KEY',
] as const;
/** What runs programs of a kind that calls models. */
const runners = /^(?:python[\d.]*|node|bun|deno|tsx|ts-node|uv|uvx|poetry|pipenv|npx|npm|pnpm|yarn|crewai|langgraph)$/;

/** They build, test and carry: what answers their calls is often a stand-in that knows the provider's own address. */
const tools: ReadonlySet<string> = new Set(
  (
    'ansible ant bazel bundle cargo cmake ctest cypress docker dotnet git go gradle gradlew jest just kubectl ' +
    'make meson mocha mvn mvnw ninja nose2 nox phpunit playwright podman pre-commit pytest rake rspec rsync scp ssh sudo su ' +
    'tox turbo vitest'
  ).split(' '),
);
/** Whoever types into it may start anything. */
const shells: ReadonlySet<string> = new Set(['bash', 'dash', 'fish', 'ksh', 'sh', 'zsh', 'screen', 'tmux', 'script']);
/** Clients with telemetry of their own, which lose features behind an address that is not their provider's. */
const tellers = /(?:^|[\s/"'`;&|(@-])(?:claude|claude-code|codex|copilot|cline)(?=$|[\s"'`;&|)@])/m;
/** Programs that are made to tell. */
const instrumented = /(?:^|[\s/"'`;&|(@-])opentelemetry-instrument(?=$|[\s"'`;&|)@])/m;
const mostFileBytes = 64 * 1024;

const read = (path: string): string => readStart(path, mostFileBytes) ?? '';

/** The files from which a program may take variables that nobody set: beside it, in its folder and above. */
function variableFiles(argv: readonly string[], cwd: string): string[] {
  const named = argv.flatMap(
    (word, at) =>
      /^--env-file(?:-if-exists)?(?:=(.+))?$/.exec(word)?.[1] ??
      (word.startsWith('--env-file') ? argv[at + 1] : undefined) ??
      [],
  );
  const scripts = argv
    .filter((word) => /\.\w+$/.test(word) && !word.startsWith('-'))
    .map((word) => dirname(resolve(cwd, word)));
  const above: string[] = [];
  for (let at = cwd; dirname(at) !== at; at = dirname(at)) above.push(dirname(at));
  const folders = [...new Set([cwd, ...scripts, ...above])];
  return [
    ...named.map((file) => resolve(cwd, file)),
    ...folders.flatMap((folder) => ['.env.local', '.env'].map((name) => join(folder, name))),
  ];
}

/**
 * The environment with the addresses that a program finds in its files; the environment goes before them, and the nearest
 * file before the others.
 */
export function withFiles(argv: readonly string[], cwd: string, env: Environment): Environment {
  const found: Record<string, string> = {};
  for (const path of variableFiles(argv, cwd))
    for (const [name, value] of Object.entries(parseEnv(read(path))))
      if (
        (isAddressVariable(name) || ofAzure.some((one) => one === name)) &&
        (value ?? '') !== '' &&
        (env[name] ?? '') === ''
      )
        found[name] ??= value ?? '';
  return { ...env, ...found };
}

const nameOf = (word: string): string => basename(word).replace(/\.(?:exe|cmd)$/, '');
const isTool = (word: string): boolean =>
  tools.has(nameOf(word)) || /^(?:test|tests|unittest|build|lint)(?::|$)/.test(word);
const testing =
  /\b(?:npm|pnpm|yarn|bun|uv|poetry|python[\d.]*|node)\b[^\n;&|]*\b(?:test|pytest|unittest|tox|nox|lint|build)\b/;
/** The words of a line or a script for a shell that stand where a program is named. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/(?:^|[;&|(`]|\b(?:then|do|else|exec|sudo|env|time)\s)\s*(?:\w+=\S*\s+)*([\w./-]+)/gm)].map(
    ([, word = '']) => word,
  );

/** Whether an address is another than the provider's own: a client has lost there what it loses behind one. */
const isForeign = (address: string): boolean => {
  const upstream = upstreamOf('', address);
  return (
    upstream !== null && upstream.provider === undefined && !/(?:^|\.)anthropic\.com$/.test(upstream.base.hostname)
  );
};

/** Whether each address that the environment names is another than the provider's own. */
function isElsewhere(env: Environment): boolean {
  const named = addressesIn(env).map((name) => env[name] ?? '');
  return named.length > 0 && named.every(isForeign);
}

/** Whether a command builds, tests or carries by its own words. */
export const isOfTools = (argv: readonly string[]): boolean =>
  argv.some((word) => (word.startsWith('-') ? /^--test\b/.test(word) : isTool(word)));

/** Whether it starts a server that takes from `OLLAMA_HOST` where it listens. */
export const servesOllama = (argv: readonly string[], cwd: string): boolean =>
  /\bollama["'`]?[\s,]+["'`]?(?:serve|start)\b/.test(startedTexts(argv, cwd).join(' '));

/**
 * Whether a program that nobody knows can be led without being another: it tests nothing, and starts no client that tells of
 * itself and would lose by it.
 */
function canBeLed(argv: readonly string[], cwd: string, env: Environment): boolean {
  const [program = '', ...rest] = argv;
  if (shells.has(nameOf(program)) && !rest.some((word) => /^-\w*c$/.test(word) || !word.startsWith('-'))) return false;
  if (isOfTools(argv)) return false;
  const lines = shells.has(nameOf(program)) ? rest.filter((word) => /\s/.test(word)) : [];
  const scripts = [...lines, scriptOf(argv, cwd)];
  if (scripts.some((text) => testing.test(text) || commandsIn(text).some(isTool))) return false;
  const texts = [...argv, ...scripts];
  return (
    !texts.some((text) => instrumented.test(text)) && (isElsewhere(env) || !texts.some((text) => tellers.test(text)))
  );
}

/**
 * Claude Code tells of its calls, but not of all that failed, nor of what an answer that broke off had used. Where it calls
 * another address than Anthropic's own, and can be led away from there, it loses nothing by it.
 */
function isClaudeElsewhere(argv: readonly string[], at: number, cwd: string, env: Environment): boolean {
  const { base, past } = claudeCalls(argv, { at, cwd, env });
  return !past && isForeign(base ?? env['ANTHROPIC_BASE_URL'] ?? '');
}

/**
 * Which providers' calls are led through the proxy where nobody said whether: all those of clients that tell nothing or
 * lose part of it, those whose address is named for a program that nobody knows and for Claude Code where it calls elsewhere,
 * and none for clients that tell by themselves. A key alone says nothing of where a program calls.
 */
export function wantedByItself(argv: readonly string[], cwd: string, env: Environment): 'all' | 'named' | 'none' {
  const client = knownClientOf(argv, cwd, env);
  if (client === null) return addressesIn(env).length > 0 && canBeLed(argv, cwd, env) ? 'named' : 'none';
  if (client.name === 'claude') return isClaudeElsewhere(argv, client.at, cwd, env) ? 'named' : 'none';
  const calls = client.name !== 'copilot' || (env['COPILOT_PROVIDER_BASE_URL'] ?? '') !== '';
  return withoutTelemetry.has(client.name) && calls ? 'all' : 'none';
}

/** For the person, where a program may call models unseen. */
export function proxyHint(argv: readonly string[], cwd: string, env: Environment): string | null {
  const client = knownClientOf(argv, cwd, env);
  const untold = client?.name === 'claude' ? claudeCalls(argv, { at: client.at, cwd, env }).untold : undefined;
  if (untold !== undefined)
    return `Claude Code's calls are only seen where it prints them as JSON, as ${untold}: with --proxy they are counted`;
  const key = keys.find((name) => (env[name] ?? '') !== '');
  const [program = ''] = argv;
  if (key === undefined || client !== null || !runners.test(nameOf(program)) || !canBeLed(argv, cwd, env)) return null;
  return `${key} is set, and nobody knows where ${nameOf(program)} calls: with --proxy its calls to models are counted`;
}
