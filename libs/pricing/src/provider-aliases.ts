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
  googleai: 'google',
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

/** A name and what is left of it as parts behind dots go: `google.vertex.chat`, `google.vertex`, `google`. */
function withoutDots(name: string): string[] {
  const names: string[] = [];
  for (let part = name; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('.')))) names.push(part);
  return names;
}

/**
 * The price list's id of a seller, or null when nobody on it goes by this name. SDKs add the kind of call after a dot
 * ("anthropic.messages"). A gateway's name (litellm) is no seller.
 */
export function canonicalProvider(provider: string): string | null {
  const names = withoutDots(provider.toLowerCase().trim());
  if (names.includes('litellm')) return null;
  for (const name of names) if (Object.hasOwn(aliases, name)) return aliases[name] ?? null;
  for (const name of names) {
    const listed = findProvider({ providerId: name });
    if (listed !== undefined) return listed.id;
  }
  return null;
}

/** The seller whose API answers at this URL, or null for a host that is not on the list (a gateway, a local port). */
export function providerOfUrl(url: string): string | null {
  return findProvider({ providerApiUrl: url })?.id ?? null;
}

/** Names that are OpenAI's alone and that the list tells of nobody; Google's are `text-embedding-004` and the like. */
const openAiName = /^(?:text-embedding-(?:3-|ada-)|chatgpt-|codex-mini)/;

/** The seller that the name alone belongs to ("claude-…", "gpt-…"), or null. A fine-tuned model's is that of its base. */
export function providerOfName(model: string): string | null {
  const name = model.toLowerCase().replace(/^ft:/, '');
  return findProvider({ modelId: name })?.id ?? (openAiName.test(name) ? 'openai' : null);
}
