import type { Environment } from '../run/child-environment.ts';
import { aiderUpstreams, leadAider } from './clients/aider.ts';
import { claudeIsSet } from './clients/claude.ts';
import { clientOf, type Client, type ClientName } from './clients/client-of.ts';
import { codexArguments, codexUpstream } from './clients/codex.ts';
import { withGeminiFile } from './clients/gemini.ts';
import { opencodeUpstreams, opencodeVariables } from './clients/opencode.ts';
import { webProxyVariables } from './metering-proxy.ts';
import { upstreamsOf, type Upstream } from './upstreams.ts';

export type ProxyPlan = {
  upstreams: readonly Upstream[];
  /** The command and the variables that lead the program through the proxy. */
  lead(urls: ReadonlyMap<string, string>): { argv: readonly string[]; variables: Record<string, string> };
  /** For the person, before the program starts. */
  line: string;
};

/**
 * They tell nothing of their calls (aider), or lose part of it: opencode its last spans, Gemini CLI a turn that failed,
 * Copilot CLI how long what it wrote to the cache lives, which decides the price.
 */
const withoutTelemetry: ReadonlySet<ClientName> = new Set<ClientName>(['opencode', 'gemini', 'copilot', 'aider']);

/** Copilot CLI calls a provider only where the person gave it one. */
const losesCalls = ({ name }: Client, env: Environment): boolean =>
  withoutTelemetry.has(name) && (name !== 'copilot' || (env['COPILOT_PROVIDER_BASE_URL'] ?? '') !== '');

/** What a client does without once its provider's address is not the provider's own. */
const losses: Partial<Record<ClientName, string>> = {
  claude: 'Claude Code has no Remote Control behind it',
  codex: 'Codex uses plain HTTP instead of a WebSocket behind it',
};

/**
 * Whether the calls of a run go through a metering proxy, and how they get there. Null: the program is left alone,
 * because nobody asked and it tells of its calls by itself, or because where it calls cannot be read.
 */
export function planProxy({
  wanted,
  argv,
  cwd,
  env,
}: {
  /** `auto`: only for programs that have no full telemetry of their own. */
  wanted: 'on' | 'off' | 'auto';
  argv: readonly string[];
  cwd: string;
  env: Environment;
}): ProxyPlan | null {
  const client = clientOf(argv);
  const on = wanted === 'on' || (wanted === 'auto' && client !== null && losesCalls(client, env));
  if (!on) return null;
  const codex = client?.name === 'codex' ? codexUpstream(argv, env) : null;
  const opencode = client?.name === 'opencode' ? opencodeUpstreams(cwd, env) : [];
  const aider = client?.name === 'aider' ? aiderUpstreams(argv, env) : [];
  // What it takes from its own files would be weaker than the variables of the providers' SDKs.
  const known = client?.name === 'gemini' ? withGeminiFile(cwd, env) : env;
  const shared = client?.name === 'aider' ? [] : upstreamsOf(known);
  const upstreams = [...shared, ...aider, ...opencode, ...(codex === null ? [] : [codex])];

  const loss = client === null ? undefined : losses[client.name];
  const untouched =
    (client?.name === 'codex' && codex === null) || (client?.name === 'opencode' && opencode.length === 0);
  const isSet = client?.name === 'claude' && claudeIsSet(cwd, env);
  const unread = isSet
    ? '; its own settings say where claude calls, so its calls go past it'
    : untouched
      ? `; where ${client.name} calls cannot be read, so its calls go past it`
      : '';
  return {
    upstreams,
    line: `calls to models go through the metering proxy of this run${loss === undefined || untouched || isSet ? '' : ` (${loss})`}${unread}`,
    lead(urls) {
      const variables: Record<string, string> = {};
      for (const { name, variable } of shared) {
        const url = urls.get(name);
        if (variable !== undefined && url !== undefined) variables[variable] = url;
      }
      // It defers its tools only where it knows that the answers pass as they are; they do.
      const ownAnthropic = shared.some(({ name, isDefault }) => name === 'anthropic' && isDefault === true);
      if (ownAnthropic && env['ENABLE_TOOL_SEARCH'] === undefined) variables['ENABLE_TOOL_SEARCH'] = 'true';
      Object.assign(variables, aroundWebProxy(env));
      if (aider.length > 0) {
        const { argv: led, variables: own } = leadAider(urls, argv, env);
        return { argv: led, variables: { ...variables, ...own } };
      }
      if (opencode.length > 0) Object.assign(variables, opencodeVariables(urls, env));
      const codexUrl = codex === null ? undefined : urls.get(codex.name);
      const led =
        codexUrl === undefined || client === null
          ? argv
          : [...argv.slice(0, client.at + 1), ...codexArguments(codexUrl), ...argv.slice(client.at + 1)];
      return { argv: led, variables };
    },
  };
}

/** A web proxy of the person's must not be asked for an address on this machine. */
function aroundWebProxy(env: Environment): Record<string, string> {
  const named = [...webProxyVariables, 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
  if (!named.some((name) => (env[name] ?? '') !== '')) return {};
  const add = (name: string): [string, string] => [name, [env[name], '127.0.0.1'].filter(Boolean).join(',')];
  return Object.fromEntries([add('NO_PROXY'), add('no_proxy')]);
}
