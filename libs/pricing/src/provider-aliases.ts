import { findProvider } from '@pydantic/genai-prices';

/** How clients, SDKs and the three generations of OpenTelemetry's conventions name the sellers of the price list. */
const aliases: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  claude: 'anthropic',
  firstparty: 'anthropic',
  openai: 'openai',
  codex: 'openai',
  azure: 'azure',
  'azure.openai': 'azure',
  'azure.ai.openai': 'azure',
  'azure.ai.inference': 'azure',
  'az.ai.openai': 'azure',
  'az.ai.inference': 'azure',
  azure_openai: 'azure',
  'azure-openai': 'azure',
  azure_ai: 'azure',
  foundry: 'azure',
  aws: 'aws',
  'aws.bedrock': 'aws',
  aws_bedrock: 'aws',
  bedrock: 'aws',
  bedrock_converse: 'aws',
  'amazon-bedrock': 'aws',
  amazon_bedrock: 'aws',
  google: 'google',
  gemini: 'google',
  'gcp.gemini': 'google',
  'gcp.vertex_ai': 'google',
  'gcp.gen_ai': 'google',
  'gcp.vertex.agent': 'google',
  vertex: 'google',
  vertexai: 'google',
  vertex_ai: 'google',
  'google-vertex': 'google',
  google_vertexai: 'google',
  google_genai: 'google',
  'google-genai': 'google',
  xai: 'x-ai',
  x_ai: 'x-ai',
  'x-ai': 'x-ai',
  mistral: 'mistral',
  mistralai: 'mistral',
  mistral_ai: 'mistral',
  moonshot: 'moonshotai',
  moonshot_ai: 'moonshotai',
  togetherai: 'together',
  together_ai: 'together',
  fireworks_ai: 'fireworks',
  'fireworks-ai': 'fireworks',
  perplexity_ai: 'perplexity',
  github_copilot: 'github-copilot',
  copilot: 'github-copilot',
};

/** Runtimes on the caller's own machines: nobody bills tokens there, so a seller's list price would be an invention. */
const ownMachines: ReadonlySet<string> = new Set([
  'ollama',
  'vllm',
  'lmstudio',
  'lm_studio',
  'lm-studio',
  'llama.cpp',
  'llamacpp',
  'llama-cpp',
  'localai',
  'local',
  'sglang',
  'tgi',
  'mlx',
]);

export const isOwnMachine = (provider: string): boolean => ownMachines.has(provider.toLowerCase());

/** The price list's id of a seller, or null when nobody on it goes by this name. */
export function canonicalProvider(provider: string): string | null {
  const name = provider.toLowerCase().trim();
  // "anthropic.messages", "google.vertex.chat": SDKs add the kind of call after a dot.
  for (let part = name; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('.')))) {
    const known = Object.hasOwn(aliases, part) ? aliases[part] : undefined;
    if (known !== undefined) return known;
  }
  return name === 'litellm' ? null : (findProvider({ providerId: name })?.id ?? null);
}

/** The seller whose API answers at this URL, or null for a host that is not on the list (a gateway, a local port). */
export function providerOfUrl(url: string): string | null {
  return findProvider({ providerApiUrl: url })?.id ?? null;
}

/** The seller that the name alone belongs to ("claude-…", "gpt-…"), or null. */
export function providerOfName(model: string): string | null {
  return findProvider({ modelId: model.toLowerCase() })?.id ?? null;
}
