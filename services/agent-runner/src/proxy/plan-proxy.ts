import type { Environment } from '../run/child-environment.ts';
import { aiderUpstreams, leadAider } from './clients/aider.ts';
import { namesCodex } from '../telemetry/started-texts.ts';
import { claudeCalls } from './clients/claude.ts';
import type { ClientName } from './clients/client-of.ts';
import { clineCalls } from './clients/cline.ts';
import { codexArguments, codexUpstream } from './clients/codex.ts';
import { withGeminiFile } from './clients/gemini.ts';
import { isOwnProgram, knownClientOf } from './clients/is-own-program.ts';
import { isOpencode, opencodesIn, opencodeUpstreams, opencodeVariables } from './clients/opencode.ts';
import { piCalls } from './clients/pi.ts';
import { webProxyVariables } from './metering-proxy.ts';
import { upstreamOf, upstreamsOf, type Upstream } from './upstreams.ts';
import { isOfTools, servesOllama, wantedByItself, withFiles } from './wants-proxy.ts';

export type ProxyPlan = {
  upstreams: readonly Upstream[];
  /** The command and the variables that lead the program through the proxy. */
  lead(urls: ReadonlyMap<string, string>): { argv: readonly string[]; variables: Record<string, string> };
  /** For the person, before the program starts. */
  line: string;
};

/** What a client does without once its provider's address is not the provider's own. */
const losses: Partial<Record<ClientName, string>> = {
  claude: 'Claude Code has no Remote Control behind it',
  codex: 'Codex uses plain HTTP instead of a WebSocket behind it',
  cline: 'Cline keeps its session out of its hub behind it',
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
  settingsFile = null,
  hook,
}: {
  /** `auto`: only for programs that have no full telemetry of their own. */
  wanted: 'on' | 'off' | 'auto';
  argv: readonly string[];
  cwd: string;
  env: Environment;
  /** Where settings may be written that are laid over a client's own; null: nowhere. */
  settingsFile?: string | null;
  /** The program by which Claude Code tells its agent what the run has for it. */
  hook?: string | undefined;
}): ProxyPlan | null {
  const client = knownClientOf(argv, cwd, env);
  const only = wanted === 'auto' ? wantedByItself(argv, cwd, env) : 'all';
  if (wanted === 'off' || goesOutOtherwise(env)) return null;
  const started = client !== null || (wanted === 'auto' && isOfTools(argv)) ? [] : opencodesIn(argv, cwd);
  if (only === 'none' && started.length === 0) return null;
  const codex = client?.name === 'codex' ? codexUpstream(argv, { env, cwd }) : null;
  const opencodes = isOpencode(client?.name) ? [client.name] : started;
  const opencode = opencodes.flatMap((name) => opencodeUpstreams(name, cwd, env));
  const aider = client?.name === 'aider' ? aiderUpstreams(argv, env) : [];
  const cline = client?.name === 'cline' && settingsFile !== null ? clineCalls(argv, client.at, env) : null;
  const pi = client?.name === 'pi' && settingsFile !== null ? piCalls(argv, client.at, env) : null;
  // By itself it leaves its calls to its hub: nothing is gained where it cannot be told otherwise.
  if (wanted === 'auto' && client?.name === 'cline' && cline === null) return null;
  const isClaude = client?.name === 'claude' && isOwnProgram(argv, { client: 'claude', cwd, env });
  const claude = isClaude ? claudeCalls(argv, { at: client.at, cwd, env }) : null;
  const canLay = claude?.canLay === true && settingsFile !== null;
  /** What its settings say goes before the environment: it has to be led by settings too. */
  const isNamed = claude?.base !== undefined && !claude.past;
  const laid = isNamed && canLay ? upstreamOf('anthropic', claude.base ?? '', 'ANTHROPIC_BASE_URL') : null;
  const past = claude !== null && (claude.past || (isNamed && laid === null));
  const shared =
    only === 'none' || client?.name === 'aider' || client?.name === 'pi'
      ? []
      : upstreamsOf(only === 'named' ? env : knownTo(client?.name, argv, cwd, env))
          .map((upstream) => (laid !== null && upstream.name === 'anthropic' ? laid : upstream))
          .filter(({ isDefault }) => only === 'all' || isDefault !== true)
          .filter(({ variable }) => variable !== 'OLLAMA_HOST' || !servesOllama(argv, cwd))
          // Its own files may name an address, which a variable that nobody set would overrule.
          .filter(({ isDefault }) => client?.name !== 'qwen' || isDefault !== true);
  const files = cline?.upstreams ?? pi?.upstreams ?? [];
  const upstreams = [...shared, ...aider, ...opencode, ...(codex === null ? [] : [codex]), ...files];
  if (upstreams.length === 0) return null;

  const loss = client === null ? undefined : losses[client.name];
  const untouched =
    (client?.name === 'codex' && codex === null) ||
    (isOpencode(client?.name) && opencode.length === 0) ||
    (client?.name === 'cline' && cline === null) ||
    (client?.name === 'pi' && pi === null);
  const unled = untouched ? (client?.name ?? null) : client === null && namesCodex(argv, cwd) ? 'codex' : null;
  const unread = past
    ? '; its own settings say where claude calls, so its calls go past it'
    : unled === null
      ? ''
      : `; where ${unled} calls cannot be read, so its calls go past it`;
  const why =
    only === 'all'
      ? loss === undefined || untouched || past
        ? ''
        : ` (${loss})`
      : ` (${[...shared.map(({ name }) => name), ...started].join(', ')}), as ${client === null ? 'nothing else tells of them' : 'it does not tell of all that fail'}; --no-proxy leaves them alone`;
  return {
    upstreams,
    line: `calls to models go through the metering proxy of this run${why}${unread}`,
    lead(urls) {
      const variables: Record<string, string> = {};
      for (const { name, variable, also } of shared) {
        const url = urls.get(name);
        if (variable !== undefined && url !== undefined) variables[variable] = url;
        if (also !== undefined && url !== undefined && only === 'all') variables[also] = url;
      }
      // It defers its tools only where it knows that the answers pass as they are; they do.
      const ownAnthropic = shared.some(({ name, isDefault }) => name === 'anthropic' && isDefault === true);
      if (ownAnthropic && env['ENABLE_TOOL_SEARCH'] === undefined) variables['ENABLE_TOOL_SEARCH'] = 'true';
      Object.assign(variables, aroundWebProxy(env));
      if (aider.length > 0) {
        const { argv: led, variables: own } = leadAider(urls, argv, env);
        return { argv: led, variables: { ...variables, ...own } };
      }
      for (const name of opencode.length > 0 ? opencodes : [])
        Object.assign(variables, opencodeVariables(name, urls, env));
      if (pi !== null && settingsFile !== null) return { argv: pi.lay(settingsFile, urls), variables };
      if (cline !== null && settingsFile !== null) Object.assign(variables, cline.lay(settingsFile, urls));
      if (claude !== null && canLay && settingsFile !== null && (laid !== null || hook !== undefined)) {
        const url = laid === null ? undefined : urls.get(laid.name);
        const address = url === undefined ? {} : { ANTHROPIC_BASE_URL: url };
        return { argv: claude.lay(settingsFile, { variables: address, hook }), variables };
      }
      const codexUrl = codex === null ? undefined : urls.get(codex.name);
      const led =
        codexUrl === undefined || client === null
          ? argv
          : [...argv.slice(0, client.at + 1), ...codexArguments(codexUrl), ...argv.slice(client.at + 1)];
      return { argv: led, variables };
    },
  };
}

/** The environment as a program sees it that reads a file of its own beside it. */
function knownTo(client: ClientName | undefined, argv: readonly string[], cwd: string, env: Environment): Environment {
  // What it takes from its own files would be weaker than the variables of the providers' SDKs.
  if (client === 'gemini') return withGeminiFile(cwd, env);
  return client === undefined ? withFiles(argv, cwd, env) : env;
}

const valueOf = (env: Environment, name: string): string => env[name.toLowerCase()] || env[name] || '';

/** A way out that only `ALL_PROXY` names (SOCKS, as a rule) is none that the metering proxy can go. */
export const goesOutOtherwise = (env: Environment): boolean =>
  valueOf(env, 'ALL_PROXY') !== '' && valueOf(env, 'HTTPS_PROXY') === '';

/** A web proxy of the person's must not be asked for an address on this machine. */
function aroundWebProxy(env: Environment): Record<string, string> {
  if (!webProxyVariables.some((name) => valueOf(env, name) !== '')) return {};
  // Programs read one spelling or the other: what a person wrote in either holds in both.
  const add = (name: string, other: string): [string, string][] => {
    const before = env[name] || env[other] || '';
    return before.trim() === '*' ? [] : [[name, before === '' ? '127.0.0.1' : `${before},127.0.0.1`]];
  };
  return Object.fromEntries([...add('NO_PROXY', 'no_proxy'), ...add('no_proxy', 'NO_PROXY')]);
}
