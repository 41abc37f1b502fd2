import { basename } from 'node:path';

/** A program whose way of calling models is known, and where its name stands in the command. */
export type Client = { name: ClientName; at: number };
const clientNames = [
  'claude',
  'codex',
  'opencode',
  'gemini',
  'copilot',
  'aider',
  'cline',
  'qwen',
  'kilo',
  'pi',
] as const;
export type ClientName = (typeof clientNames)[number];

const names: ReadonlySet<string> = new Set<ClientName>(clientNames);
/** Second names of their programs. */
const otherNames: Readonly<Record<string, ClientName>> = { kilocode: 'kilo' };
/** Packages by which the clients are started without being installed. */
const packages: Readonly<Record<string, ClientName>> = {
  '@anthropic-ai/claude-code': 'claude',
  '@openai/codex': 'codex',
  'opencode-ai': 'opencode',
  '@google/gemini-cli': 'gemini',
  '@github/copilot': 'copilot',
  '@qwen-code/qwen-code': 'qwen',
  '@kilocode/cli': 'kilo',
  '@mariozechner/pi-coding-agent': 'pi',
  '@earendil-works/pi-coding-agent': 'pi',
};
/** What may stand before the program that is meant, and those of its options that have a word of their own behind them. */
const starters: Readonly<Record<string, RegExp | null>> = {
  npx: /^(?:-p|--package|-w|--workspace)$/,
  bunx: null,
  pnpx: null,
  npm: null,
  pnpm: null,
  yarn: null,
  node: /^(?:-r|--require|--import|--loader|-C|--conditions)$/,
  bun: null,
  uv: /^(?:--with|--from|-p|--python|--env-file|--project|--directory)$/,
  uvx: /^(?:--with|--from|-p|--python)$/,
  pipx: null,
  poetry: null,
  python: /^-[WX]$/,
  python3: /^-[WX]$/,
  env: /^(?:-[uCS]|--unset|--chdir|--split-string)$/,
  nice: /^(?:-n|--adjustment)$/,
  ionice: /^(?:-[cnp]|--class|--classdata)$/,
  taskset: /^(?:-c|--cpu-list)$/,
  time: /^(?:-[fo]|--format|--output)$/,
  timeout: /^(?:-[ks]|--kill-after|--signal)$/,
  stdbuf: /^-[ioe]$/,
  nohup: null,
  setsid: null,
  unbuffer: null,
  command: null,
  exec: null,
};
/** Words of starters that are neither a program nor an option: a time, a mask of processors, and what a package manager is to do. */
const between: Readonly<Record<string, RegExp>> = {
  timeout: /^\d+(?:\.\d+)?[smhd]?$/,
  taskset: /^(?:0x)?[\da-fA-F,-]+$/,
  npm: /^(?:exec|x)$/,
  pnpm: /^(?:exec|dlx)$/,
  yarn: /^(?:exec|dlx|run)$/,
  bun: /^(?:x|run)$/,
  uv: /^(?:run|tool)$/,
  pipx: /^run$/,
  poetry: /^run$/,
};

/** The known client that a command starts, or null. */
export function clientOf(argv: readonly string[]): Client | null {
  let starter = '';
  let isValue = false;
  for (const [at, argument] of argv.entries()) {
    if (isValue) {
      isValue = false;
      continue;
    }
    const bare = argument.replace(/(?!^)@[\w.-]+$/, '');
    const file = basename(bare).replace(/\.(?:js|mjs|cjs|exe)$/, '');
    const own = Object.hasOwn(otherNames, file) ? otherNames[file] : names.has(file) ? (file as ClientName) : undefined;
    const name = Object.hasOwn(packages, bare) ? packages[bare] : own;
    // npm takes words for its own up to `--`, those behind the name too.
    if (name !== undefined) {
      const before = argv.slice(0, at);
      return before.some((word) => basename(word) === 'npm') && !before.includes('--') ? null : { name, at };
    }
    if (argument.startsWith('-')) isValue = starters[starter]?.test(argument) === true;
    else if (Object.hasOwn(starters, file)) starter = file;
    else if (!/^\w+=/.test(argument) && between[starter]?.test(argument) !== true) return null;
  }
  return null;
}
