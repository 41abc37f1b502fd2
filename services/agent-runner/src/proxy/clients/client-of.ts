import { basename } from 'node:path';

/** A program whose way of calling models is known, and where its name stands in the command. */
export type Client = { name: ClientName; at: number };
export type ClientName = 'claude' | 'codex' | 'opencode' | 'gemini' | 'copilot' | 'aider' | 'cline' | 'qwen';

const names: ReadonlySet<string> = new Set<ClientName>([
  'claude',
  'codex',
  'opencode',
  'gemini',
  'copilot',
  'aider',
  'cline',
  'qwen',
]);
/** Packages by which the clients are started without being installed. */
const packages: Readonly<Record<string, ClientName>> = {
  '@anthropic-ai/claude-code': 'claude',
  '@openai/codex': 'codex',
  'opencode-ai': 'opencode',
  '@google/gemini-cli': 'gemini',
  '@github/copilot': 'copilot',
  '@qwen-code/qwen-code': 'qwen',
};
/** What may stand before the program that is meant. */
const starters: ReadonlySet<string> = new Set([
  'npx',
  'bunx',
  'pnpx',
  'node',
  'bun',
  'uvx',
  'python',
  'python3',
  'env',
  'nice',
  'time',
  'stdbuf',
]);

/** The known client that a command starts, or null. */
export function clientOf(argv: readonly string[]): Client | null {
  for (const [at, argument] of argv.entries()) {
    const bare = argument.replace(/(?!^)@[\w.-]+$/, '');
    const file = basename(bare).replace(/\.(?:js|mjs|cjs|exe)$/, '');
    const name = Object.hasOwn(packages, bare) ? packages[bare] : names.has(file) ? (file as ClientName) : undefined;
    if (name !== undefined) return { name, at };
    const skipped = starters.has(file) || argument.startsWith('-') || /^[A-Z_]+=/.test(argument);
    if (!skipped) return null;
  }
  return null;
}
