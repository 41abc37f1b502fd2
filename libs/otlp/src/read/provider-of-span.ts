import { providerOfHost } from '@telltale/pricing/provider-of-host';
import { textOf, type Attributes } from '../attributes.ts';

/** Frameworks that call themselves the provider: whose model it is, its name tells. */
const frameworks = /^(?:strands-agents|autogen|langchain|semantic_kernel|llamaindex|mastra|crewai)$/;

/** Suffixes by which the Vercel AI SDK tells one provider's APIs apart. */
const apiSuffix = /\.(?:chat|responses|messages|completion|embedding|generative-ai)$/;

/** What instrumentations of a client say of each of its calls, wherever it is pointed: half of the sellers speak like OpenAI. */
const clients = new Set(['openai', 'anthropic']);

const hostOf = (attributes: Attributes): string => {
  const address = textOf(attributes, 'server.address', 'gen_ai.openai.api_base', 'llm.openai.api_base') ?? '';
  return URL.parse(address.includes('://') ? address : `https://${address}`)?.hostname ?? '';
};

/** Who sold the answer that a span tells of: the host that was called, where the span names only the client. */
export function providerOfSpan(attributes: Attributes, given: string | undefined): string | undefined {
  const named =
    given ??
    textOf(attributes, 'gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system', 'ai.model.provider');
  if (named === undefined || frameworks.test(named)) return providerOfHost(hostOf(attributes));
  const provider = named.replace(apiSuffix, '').toLowerCase();
  return clients.has(provider) ? (providerOfHost(hostOf(attributes)) ?? provider) : provider;
}

const ofOneRegion = /^(?:[a-z0-9-]+-aiplatform|aiplatform\.[a-z0-9-]+\.rep)\.googleapis\.com$/;

/** Where the answer was made, as far as that costs more: at Vertex what is kept within a region. */
export const placeOfSpan = (attributes: Attributes): 'regional' | undefined =>
  ofOneRegion.test(hostOf(attributes)) ? 'regional' : undefined;
