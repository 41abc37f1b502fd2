import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isJson, textOf } from '@telltale/answers/json-fields';
import type { Environment } from '../../run/child-environment.ts';
import { findProgram } from '../../run/find-program.ts';
import { readSettings, readStart } from '../read-start.ts';
import { clientOf, type Client } from './client-of.ts';

/** The clients that are led by words of their own, which would be a mistake to any other program of that name. */
type Led = 'claude' | 'codex' | 'pi';

type Marks = {
  /** What the names of its packages begin with. */
  packages: readonly string[];
  /** Stands in every build of the program itself. */
  inBinary: string;
  /** What a script that starts it speaks of. */
  inScript: RegExp;
  /** Where its own installer puts it. */
  installed?: RegExp;
};

const marks: Readonly<Record<Led, Marks>> = {
  claude: {
    packages: ['@anthropic-ai/claude-code'],
    inBinary: 'CLAUDE_CODE_ENABLE_TELEMETRY',
    inScript: /CLAUDE_CODE_|CLAUDE_CONFIG_DIR|@anthropic-ai\/claude-code/,
    installed: /\/claude\/versions\/[\d.]+$/,
  },
  codex: { packages: ['@openai/codex'], inBinary: 'CODEX_HOME', inScript: /CODEX_HOME|@openai\/codex/ },
  pi: {
    packages: ['@mariozechner/pi-coding-agent', '@earendil-works/pi-coding-agent'],
    inBinary: 'PI_CODING_AGENT',
    inScript: /PI_CODING_AGENT|pi-coding-agent/,
  },
};

/** Programs that stand for all those that they manage. */
const shims = /^(?:mise|rtx|volta-shim|proto-shim)$/;
const shimScript = /\b(?:asdf|nodenv|mise|volta|fnm)\b/;
const fetching = /^(?:npx|bunx|pnpx|npm|pnpm|yarn|bun)$/;
const interpreters = /^(?:node|python3?)$/;
const mostScriptBytes = 64 * 1024;
/** A script that starts a script that starts a script is somebody else's by then. */
const mostScripts = 3;
const packageLevels = 6;
const chunkBytes = 1024 * 1024;

function above(folder: string, levels: number): string[] {
  const next = dirname(folder);
  return levels <= 1 || next === folder ? [folder] : [folder, ...above(next, levels - 1)];
}

function isOfPackage(file: string, prefixes: readonly string[]): boolean {
  return above(dirname(file), packageLevels).some((folder) => {
    try {
      const manifest: unknown = JSON.parse(readSettings(join(folder, 'package.json')) ?? 'null');
      const name = isJson(manifest) ? (textOf(manifest, 'name') ?? '') : '';
      return prefixes.some((prefix) => name.startsWith(prefix));
    } catch {
      // No manifest of a package.
      return false;
    }
  });
}

/** Looks through a whole binary: some keep all their texts at the end. 0.2 s for the largest of them, where nothing else told. */
function holds(file: string, text: string): boolean {
  const fd = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(chunkBytes);
    for (let at = 0; ;) {
      const size = readSync(fd, chunk, 0, chunk.length, at);
      if (chunk.subarray(0, size).includes(text)) return true;
      if (size < chunk.length) return false;
      at += size - text.length;
    }
  } finally {
    closeSync(fd);
  }
}

function isOwnFile(path: string, client: Led, env: Environment, scripts = mostScripts): boolean {
  try {
    const file = realpathSync(path);
    const { packages, inBinary, inScript, installed } = marks[client];
    if (shims.test(basename(file)) || installed?.test(file) === true || isOfPackage(file, packages)) return true;
    const text = readStart(file, mostScriptBytes) ?? '';
    if (text.includes('\0')) return holds(file, inBinary);
    if (inScript.test(text) || shimScript.test(text)) return true;
    const home = env['HOME'] ?? '/';
    const named = [...text.matchAll(new RegExp(String.raw`[~\w./{}$-]*/${client}(?![\w./-])`, 'g'))].map(([word]) =>
      word.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/)/, home),
    );
    return scripts > 1 && named.some((other) => other !== path && isOwnFile(other, client, env, scripts - 1));
  } catch {
    // Not there, or not for us to read.
    return false;
  }
}

/**
 * Whether the command starts the client that its name says, as far as its file tells: there may be other programs called
 * `codex` or `claude`, and words of ours would be wrong ones there. Nothing is run for it. What is nowhere to be found starts nothing.
 */
export function isOwnProgram(
  argv: readonly string[],
  { client, cwd, env }: { client: Led; cwd: string; env: Environment },
): boolean {
  const found = clientOf(argv);
  if (found?.name !== client) return false;
  const bare = (argv[found.at] ?? '').replace(/(?!^)@[\w.-]+$/, '');
  if (marks[client].packages.some((name) => bare.startsWith(name))) return true;
  const starters = argv.slice(0, found.at).map((word) => basename(word));
  const last = starters.findLast((word) => fetching.test(word) || interpreters.test(word) || word === 'uv') ?? '';
  if (interpreters.test(last)) return isOwnFile(resolve(cwd, bare), client, env);
  const folder = last === 'uv' ? '.venv/bin' : 'node_modules/.bin';
  const beside = last === '' || bare.includes('/') ? [] : above(cwd, Infinity).map((one) => join(one, folder));
  const path = [...beside, env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(':');
  const at = findProgram(bare, { path, cwd });
  // A package by that bare name, which would be fetched, is somebody else's.
  if ('code' in at) return !fetching.test(last);
  return isOwnFile(at.file, client, env);
}

/** The known client that a command starts; a short name that others have as well has to be its own. */
export function knownClientOf(argv: readonly string[], cwd: string, env: Environment): Client | null {
  const client = clientOf(argv);
  return client?.name === 'pi' && !isOwnProgram(argv, { client: 'pi', cwd, env }) ? null : client;
}

/** Whether what is found by its name alone, from any program, is Codex. */
export const findsCodex = (env: Environment, cwd: string): boolean =>
  !('code' in findProgram('codex', { path: env['PATH'], cwd })) &&
  isOwnProgram(['codex'], { client: 'codex', cwd, env });
