import { known } from '@telltale/answers/json-fields';
import { providerOfHost } from '@telltale/pricing/provider-of-host';
import type { Environment } from '../run/child-environment.ts';

/** Where the calls of one kind of client go to; known before the run starts, never told by a request. */
export type Upstream = {
  /** Of the way through the proxy. */
  name: string;
  /** The variable by which clients are pointed there; none for what a client takes from its own configuration. */
  variable?: string;
  /** A further variable that nobody set and that has to point there, where all calls are to be led. */
  also?: string;
  base: URL;
  /** Nobody chose it: it is the provider's own address. */
  isDefault?: boolean;
  /** Whose API answers there; absent where only the model's name can tell (a gateway of one's own). */
  provider?: string;
};

type KnownUpstream = {
  name: string;
  /** The variables by which programs take its address, the providers' own SDKs' first. */
  variables: readonly [string, ...string[]];
  default: string | null;
};

const knownUpstreams: readonly KnownUpstream[] = [
  {
    name: 'anthropic',
    variables: ['ANTHROPIC_BASE_URL', 'ANTHROPIC_API_BASE', 'ANTHROPIC_API_URL', 'ANTHROPIC_HOST'],
    default: 'https://api.anthropic.com',
  },
  {
    name: 'openai',
    variables: ['OPENAI_BASE_URL', 'OPENAI_API_BASE', 'OPENAI_HOST'],
    default: 'https://api.openai.com/v1',
  },
  {
    name: 'gemini',
    variables: ['GOOGLE_GEMINI_BASE_URL', 'GEMINI_API_BASE'],
    default: 'https://generativelanguage.googleapis.com',
  },
  // Without it the client talks to a service of its own, not to a provider.
  { name: 'copilot', variables: ['COPILOT_PROVIDER_BASE_URL'], default: null },
];
const addressVariables: ReadonlySet<string> = new Set(knownUpstreams.flatMap(({ variables }) => variables));
/** Other names by which a program takes the address of its models: whose they are, and the usual words for where. */
const otherAddress = new RegExp(
  '^(?:ANTHROPIC|CEREBRAS|CLAUDE|COHERE|DASHSCOPE|DEEPSEEK|FIREWORKS|GEMINI|GROK|GROQ|KIMI|LITELLM|LLM|LMSTUDIO|LM_STUDIO|' +
    'MINIMAX|MISTRAL|MOONSHOT|NVIDIA|OLLAMA|OPENAI|OPENROUTER|PERPLEXITY|QWEN|TOGETHER|VLLM|XAI|ZAI|ZHIPU)' +
    '(?:_(?:AI|MODEL|PROXY))?(?:_API)?_(?:BASE|BASE_URL|ENDPOINT|HOST|URL)$',
);
/** Whether a variable names the address of a provider, or of what stands before one. */
export const isAddressVariable = (name: string): boolean => addressVariables.has(name) || otherAddress.test(name);
/** Those of an environment that do. One of the other names may hold a bare host, where to listen or a web proxy instead. */
export const addressesIn = (env: Environment): string[] =>
  Object.keys(env).filter(
    (name) => isSet(env, name) && (addressVariables.has(name) || isOtherAddress(name, env[name] ?? '')),
  );

function isOtherAddress(name: string, value: string): boolean {
  const base = otherAddress.test(name) ? upstreamOf('', value)?.base : undefined;
  if (base === undefined || /^(?:0\.0\.0\.0|\[::\])$/.test(base.hostname)) return false;
  return !name.includes('_PROXY_') || name.startsWith('LITELLM_') || base.pathname !== '/';
}

/** A base URL that can be stood in front of: plain or TLS, without a user or a query. */
export function upstreamOf(name: string, value: string, variable?: string): Upstream | null {
  const base = URL.canParse(value) ? new URL(value) : null;
  if (base === null || !/^https?:$/.test(base.protocol)) return null;
  if (base.username !== '' || base.password !== '' || base.search !== '' || base.hash !== '') return null;
  return { name, base, ...known({ variable, provider: providerOfHost(base.hostname) }) };
}

/**
 * By these a client of OpenAI's SDK calls Azure, at an address of its own; the variable of the other would go before it,
 * or be an error beside it.
 */
export const ofAzure = ['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_API_KEY', 'AZURE_OPENAI_AD_TOKEN'] as const;
const callsAzure = (env: Environment): boolean =>
  env['OPENAI_API_TYPE'] === 'azure' || ofAzure.some((name) => (env[name] ?? '') !== '');

const isSet = (env: Environment, name: string): boolean => (env[name] ?? '') !== '';

/**
 * Where the person's own environment sends calls, by each variable that names an address, else the provider's own address.
 * A client whose base URL cannot be read is left alone: it is in no answer here.
 */
export function upstreamsOf(env: Environment): Upstream[] {
  const others = addressesIn(env).filter((name) => !addressVariables.has(name));
  const named = others.flatMap((variable) => upstreamOf(routeOf(variable), env[variable] ?? '', variable) ?? []);
  return [...ofProviders(env), ...named.map((upstream) => ({ ...upstream, isDefault: false }))];
}

const routeOf = (variable: string): string => variable.toLowerCase().replaceAll('_', '-');

function ofProviders(env: Environment): Upstream[] {
  return knownUpstreams.flatMap(({ name, variables, default: own }): Upstream[] => {
    const [first] = variables;
    const named = variables.filter((variable) => isSet(env, variable));
    if (named.length > 0)
      return named.flatMap((variable) => {
        const route = variable === first ? name : routeOf(variable);
        const upstream = upstreamOf(route, env[variable] ?? '', variable);
        // Programs read one or the other: what only knows the first has to find the same address.
        const isOther = variable.endsWith('_API_BASE') && !isSet(env, first);
        return upstream === null ? [] : [{ ...upstream, isDefault: false, ...(isOther ? { also: first } : {}) }];
      });
    const value = name === 'openai' && callsAzure(env) ? null : own;
    const upstream = value === null ? null : upstreamOf(name, value, first);
    return upstream === null ? [] : [{ ...upstream, isDefault: true }];
  });
}
