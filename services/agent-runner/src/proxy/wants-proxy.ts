import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from '../run/child-environment.ts';
import { clientOf, type ClientName } from './clients/client-of.ts';
import { ofAzure } from './upstreams.ts';

/**
 * They tell nothing of their calls (aider), or lose part of it: opencode its last spans, Gemini CLI a turn that failed,
 * Copilot CLI how long what it wrote to the cache lives, which decides the price, Cline thoughts and attempts made again, Qwen Code those attempts.
 */
const withoutTelemetry: ReadonlySet<ClientName> = new Set<ClientName>([
  'opencode',
  'gemini',
  'copilot',
  'aider',
  'cline',
  'qwen',
]);

/** What names a provider's address or key to a program, by the name of the upstream. */
const signs: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['ANTHROPIC_BASE_URL', 'ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'],
  openai: ['OPENAI_BASE_URL', 'OPENAI_API_KEY'],
  gemini: ['GOOGLE_GEMINI_BASE_URL', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  copilot: ['COPILOT_PROVIDER_BASE_URL'],
};

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
/** Clients with telemetry of their own, which lose features behind another address, and programs that are made to tell. */
const tellers =
  /(?:^|[\s/"'`;&|(@-])(?:claude|claude-code|codex|copilot|cline|opentelemetry-instrument)(?=$|[\s"'`;&|)@])/m;
const mostScriptBytes = 64 * 1024;

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1').slice(0, mostScriptBytes);
  } catch {
    // No file of that name: it is a word.
    return '';
  }
}

/** What a program that loads a `.env` of its folder finds; the environment goes before it. */
export function withDotEnv(cwd: string, env: Environment): Environment {
  const found = parseEnv(read(join(cwd, '.env')));
  const named = [...Object.values(signs).flat(), ...ofAzure].filter(
    (name) => (env[name] ?? '') === '' && (found[name] ?? '') !== '',
  );
  return named.length === 0 ? env : { ...env, ...Object.fromEntries(named.map((name) => [name, found[name]])) };
}

/**
 * The providers that a program is known to call, by what its environment names. Where only a `.env` names an address nobody
 * knows whether the program reads it: that one is left alone.
 */
function signedFor(cwd: string, env: Environment): string[] {
  const withFile = withDotEnv(cwd, env);
  const isSet = (one: Environment, name: string): boolean => (one[name] ?? '') !== '';
  return Object.entries(signs).flatMap(([upstream, [address = '', ...keys]]) => {
    const unsure = !isSet(env, address) && isSet(withFile, address);
    return !unsure && [address, ...keys].some((name) => isSet(withFile, name)) ? [upstream] : [];
  });
}

/** Whether a program that nobody knows can be led without being another: it starts no client that tells of itself, and tests nothing. */
function canBeLed(argv: readonly string[], cwd: string): boolean {
  const name = (word: string): string => basename(word).replace(/\.(?:exe|cmd)$/, '');
  const [program = '', ...rest] = argv;
  if (shells.has(name(program)) && !rest.some((word) => word === '-c' || !word.startsWith('-'))) return false;
  const words = argv.filter((word) => !word.startsWith('-'));
  if (words.some((word) => tools.has(name(word)) || /^(?:test|tests|unittest|build|lint)(?::|$)/.test(word)))
    return false;
  // A script says what it starts; so does a line for a shell.
  return ![...argv, scriptOf(argv, cwd)].some((text) => tellers.test(text));
}

/** The text of the first file that a command names, where it is a script for a shell. */
function scriptOf(argv: readonly string[], cwd: string): string {
  for (const word of argv) {
    const text = word.startsWith('-') ? '' : read(word.startsWith('/') ? word : join(cwd, word));
    if (/^#!.*\b(?:ba|da|k|z)?sh\b/.test(text)) return text;
  }
  return '';
}

/**
 * Which providers' calls are led through the proxy where nobody said whether: all those of clients that tell nothing or
 * lose part of it, those that the environment names for a program that nobody knows, and none for clients that tell by
 * themselves.
 */
export function wantedByItself(argv: readonly string[], cwd: string, env: Environment): 'all' | readonly string[] {
  const client = clientOf(argv);
  if (client !== null) {
    const calls = client.name !== 'copilot' || (env['COPILOT_PROVIDER_BASE_URL'] ?? '') !== '';
    return withoutTelemetry.has(client.name) && calls ? 'all' : [];
  }
  return canBeLed(argv, cwd) ? signedFor(cwd, env) : [];
}
