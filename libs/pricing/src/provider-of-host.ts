/** Hosts that sell models, by what the price list calls the seller; light enough for a process that prices nothing. */
const sellers: readonly (readonly [host: RegExp, provider: string])[] = [
  [/(?:^|\.)anthropic\.com$/, 'anthropic'],
  [/(?:^|\.)api\.openai\.com$/, 'openai'],
  [/(?:^|\.)(?:openai|cognitiveservices|services\.ai)\.azure\.com$|(?:^|\.)azure-api\.net$/, 'azure'],
  [/(?:^|\.)googleapis\.com$/, 'google'],
  [/^bedrock-runtime\.[a-z0-9-]+\.amazonaws\.com$/, 'aws'],
  [/^(?:api\.)?openrouter\.ai$/, 'openrouter'],
  [/^api\.githubcopilot\.com$/, 'github-copilot'],
  [/^api\.cerebras\.ai$/, 'cerebras'],
  [/^api\.cohere\.(?:ai|com)$/, 'cohere'],
  [/^api\.deepseek\.com$/, 'deepseek'],
  [/^api\.fireworks\.ai$/, 'fireworks'],
  [/^api\.groq\.com$/, 'groq'],
  [/^api\.minimaxi?\.(?:com|io)$/, 'minimax'],
  [/^api\.mistral\.ai$/, 'mistral'],
  [/^api\.moonshot\.(?:ai|cn)$/, 'moonshotai'],
  [/^api\.novita\.ai$/, 'novita'],
  [/^api\.perplexity\.ai$/, 'perplexity'],
  [/^api\.together\.xyz$/, 'together'],
  [/^(?:[a-z0-9-]+\.)?api\.x\.ai$/, 'x-ai'],
  [/^api\.z\.ai$/, 'zai'],
];

/** Whose API answers at a host; undefined for a gateway or a machine of one's own, where only the model's name can tell. */
export const providerOfHost = (hostname: string): string | undefined =>
  sellers.find(([host]) => host.test(hostname.toLowerCase()))?.[1];
