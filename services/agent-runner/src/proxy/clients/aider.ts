import type { Environment } from '../../run/child-environment.ts';
import { upstreamOf, type Upstream } from '../upstreams.ts';

/** The variables by which aider (through LiteLLM) takes an address, the strongest first; the first is the one we set. */
const ways = [
  { name: 'aider-openai', variables: ['OPENAI_API_BASE', 'OPENAI_BASE_URL'], own: 'https://api.openai.com/v1' },
  {
    name: 'aider-anthropic',
    variables: ['ANTHROPIC_API_BASE', 'ANTHROPIC_BASE_URL'],
    own: 'https://api.anthropic.com',
  },
  { name: 'aider-openrouter', variables: ['OPENROUTER_API_BASE'], own: 'https://openrouter.ai/api/v1' },
] as const;

const option = /^--openai-api-base(?:=(.*))?$/;

/** Where the address stands on the command line, and what it is. */
function onCommandLine(argv: readonly string[]): { at: number; text: string; joined: boolean } | null {
  for (const [at, argument] of argv.entries()) {
    const found = option.exec(argument);
    if (found === null) continue;
    const text = found[1] ?? argv[at + 1];
    return text === undefined ? null : { at, text, joined: found[1] !== undefined };
  }
  return null;
}

/** Where `aider` sends its calls. An address in its own files (`.env`, `.aider.conf.yml`) is stronger, and passes by. */
export function aiderUpstreams(argv: readonly string[], env: Environment): Upstream[] {
  const told = onCommandLine(argv)?.text;
  return ways.flatMap(({ name, variables, own }) => {
    const given = variables.map((variable) => env[variable]).find((value) => value !== undefined && value !== '');
    const upstream = upstreamOf(name, (name === 'aider-openai' ? told : undefined) ?? given ?? own);
    return upstream === null ? [] : [upstream];
  });
}

/** What points it to `urls` instead. A variable that nobody set stays unset, but for the one that its files can overrule. */
export function leadAider(
  urls: ReadonlyMap<string, string>,
  argv: readonly string[],
  env: Environment,
): { argv: readonly string[]; variables: Record<string, string> } {
  const variables: Record<string, string> = {};
  for (const { name, variables: names } of ways) {
    const url = urls.get(name);
    if (url === undefined) continue;
    for (const [index, variable] of names.entries())
      if (index === 0 || (env[variable] ?? '') !== '') variables[variable] = url;
  }
  const told = onCommandLine(argv);
  const url = urls.get('aider-openai');
  if (told === null || url === undefined) return { argv, variables };
  const led = told.joined ? argv.with(told.at, `--openai-api-base=${url}`) : argv.with(told.at + 1, url);
  return { argv: led, variables };
}
