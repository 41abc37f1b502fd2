import { join } from 'node:path';
import type { Client, Places, ScenarioName } from './client.ts';

const here = import.meta.dirname;

const allButSubagents: readonly ScenarioName[] = ['tool', 'retry', 'failed', 'cut'];

/** A TypeScript program of `programs/`, instrumented in one line by the SDK. */
const typescript = (name: string, file: string): Client => ({
  name,
  by: 'the metering proxy and the SDK',
  install: null,
  folder: '',
  scenarios: allButSubagents,
  again: { flag: '--no-proxy', scenarios: allButSubagents },
  argv: ({ prompt }) => [process.execPath, join(here, 'programs', file), prompt],
  env: ({ llm, url, key, agent }) => ({
    TELLTALE_URL: url,
    TELLTALE_API_KEY: key,
    TELLTALE_AGENT: agent,
    ANTHROPIC_BASE_URL: llm,
    ANTHROPIC_API_KEY: 'none',
    OPENAI_BASE_URL: `${llm}/v1`,
    OPENAI_API_KEY: 'none',
    GOOGLE_GEMINI_BASE_URL: llm,
  }),
});

const base = [
  'openai',
  'opentelemetry-sdk',
  'opentelemetry-exporter-otlp-proto-http',
  'opentelemetry-instrumentation-openai',
  'opentelemetry-instrumentation-httpx',
];

/** Of thoughts that are counted within what was written, an instrumentation may say nothing. */
const noThoughts = 'the instrumentation does not tell how much of what was written were thoughts.';

/** What an answer that broke off was, no instrumentation tells: its headers had come. */
const cutUnseen =
  'the HTTP client had the head of the answer when it broke off, and no instrumentation tells of an answer without its body.';

/** Of some only what they come to as a person starts them was compared. */
const byProxy: Partial<Client> = { again: { flag: '--no-proxy', scenarios: [] } };

/** A Python program of `python/`, with OpenTelemetry. */
const python = (
  name: string,
  file: string,
  folder: string,
  packages: readonly string[],
  by = 'OpenTelemetry (OpenLLMetry)',
  more: Partial<Client> = {},
): Client => ({
  name,
  by: `the metering proxy and ${by}`,
  install: { pypi: [...base, ...packages] },
  folder,
  scenarios: allButSubagents,
  cannot: { cut: cutUnseen },
  again: { flag: '--no-proxy', scenarios: allButSubagents },
  argv: (at) => [join(at.folder, 'bin/python'), join(here, '../python', file), at.prompt],
  env: ({ llm }: Places) => ({
    OPENAI_BASE_URL: `${llm}/v1`,
    OPENAI_API_KEY: 'none',
    ANTHROPIC_BASE_URL: llm,
    ANTHROPIC_API_KEY: 'none',
    GOOGLE_GEMINI_BASE_URL: llm,
    GOOGLE_API_KEY: 'none',
    PYTHONWARNINGS: 'ignore',
  }),
  ...more,
});

/** A JavaScript program of `javascript/`, with OpenTelemetry, run beside its own packages. */
const javascript = (name: string, file: string, packages: readonly string[], by: string): Client => ({
  name,
  by: `the metering proxy and ${by}`,
  install: { npm: [...packages, '@opentelemetry/sdk-node', '@opentelemetry/exporter-trace-otlp-proto'] },
  folder: `js-${file.replace('.mjs', '')}`,
  programs: ['otel.mjs', file].map((program) => join(here, '../javascript', program)),
  scenarios: allButSubagents,
  argv: ({ folder, prompt }) => [process.execPath, join(folder, file), prompt],
  env: ({ llm }: Places) => ({
    OPENAI_BASE_URL: `${llm}/v1`,
    OPENAI_API_KEY: 'none',
    GOOGLE_GEMINI_BASE_URL: llm,
    GOOGLE_API_KEY: 'none',
  }),
});

/** Programs on the providers' SDKs and on frameworks. */
export const programs: readonly Client[] = [
  typescript('Anthropic SDK', 'anthropic-sdk.ts'),
  typescript('OpenAI SDK', 'openai-sdk.ts'),
  typescript('Google SDK', 'google-sdk.ts'),
  typescript('Vercel AI SDK', 'vercel-ai-sdk.ts'),
  python('OpenAI SDK for Python', 'openai_sdk.py', 'py', []),
  python(
    'LangGraph',
    'langgraph_agent.py',
    'py',
    ['langgraph', 'langchain-openai', 'openinference-instrumentation-langchain'],
    'OpenTelemetry (OpenInference)',
    { scenarios: ['tool', 'subagent', 'retry', 'failed', 'cut'] },
  ),
  python(
    'LangGraph (OpenLLMetry)',
    'langgraph_openllmetry.py',
    'py',
    ['langgraph', 'langchain-openai', 'opentelemetry-instrumentation-langchain'],
    'OpenTelemetry (OpenLLMetry)',
    {
      cannot: { tool: noThoughts, retry: noThoughts, cut: `${noThoughts} And ${cutUnseen}` },
    },
  ),
  python(
    'OpenAI Agents SDK',
    'openai_agents.py',
    'oi',
    ['openai-agents', 'openinference-instrumentation-openai-agents'],
    'OpenTelemetry (OpenInference)',
    { scenarios: ['tool', 'subagent', 'retry', 'failed', 'cut'] },
  ),
  python('CrewAI', 'crewai_crew.py', 'crew', ['crewai', 'openinference-instrumentation-crewai']),
  python('AutoGen', 'autogen_agent.py', 'autogen', ['autogen-agentchat', 'autogen-ext[openai]']),
  python('Pydantic AI', 'pydantic_agent.py', 'u1', ['pydantic-ai-slim[openai]', 'logfire'], 'Logfire'),
  python('Langfuse', 'langfuse_sdk.py', 'u6', ['langfuse'], 'the spans of its SDK'),
  python(
    'LangSmith',
    'langsmith_graph.py',
    'langsmith',
    ['langsmith[otel]', 'langchain-openai', 'langgraph'],
    'its own spans',
  ),
  python('LiteLLM', 'litellm_sdk.py', 'litellm', ['litellm', 'mcp'], 'its own spans'),
  python('OpenLIT', 'openlit_sdk.py', 'openlit', ['openlit'], 'its own spans', {
    cannot: { tool: noThoughts, retry: noThoughts, cut: `${noThoughts} And ${cutUnseen}` },
  }),
  python('Google ADK', 'adk_agent.py', 'adk', ['google-adk'], 'its own spans'),
  python('Anthropic SDK for Python', 'anthropic_sdk.py', 'u6', [
    'anthropic',
    'opentelemetry-instrumentation-anthropic',
  ]),
  python('Strands Agents', 'strands_agent.py', 'u2', ['strands-agents[openai,otel]'], 'its own spans'),
  python(
    'LlamaIndex',
    'llamaindex_agent.py',
    'llama',
    ['llama-index-core', 'llama-index-llms-openai', 'openinference-instrumentation-llama-index'],
    'OpenTelemetry (OpenInference)',
    byProxy,
  ),
  python(
    'Haystack',
    'haystack_pipeline.py',
    'hay',
    ['haystack-ai', 'openinference-instrumentation-haystack'],
    'OpenTelemetry (OpenInference)',
    { ...byProxy, scenarios: ['retry', 'failed', 'cut'] },
  ),
  python(
    'DSPy',
    'dspy_model.py',
    'dspy',
    ['dspy', 'openinference-instrumentation-dspy', 'openinference-instrumentation-litellm'],
    'OpenTelemetry (OpenInference)',
    { ...byProxy, scenarios: ['retry', 'failed', 'cut'] },
  ),
  python('Semantic Kernel', 'semantic_kernel_agent.py', 'sk', ['semantic-kernel'], undefined, byProxy),
  python(
    'Microsoft Agent Framework',
    'agent_framework_agent.py',
    'msaf',
    ['agent-framework-core', 'agent-framework-openai'],
    'its own spans',
    byProxy,
  ),
  python(
    'Agno',
    'agno_agent.py',
    'misc',
    ['agno', 'openinference-instrumentation-agno'],
    'OpenTelemetry (OpenInference)',
    byProxy,
  ),
  python(
    'smolagents',
    'smolagents_agent.py',
    'misc',
    ['smolagents[openai]', 'openinference-instrumentation-smolagents'],
    'OpenTelemetry (OpenInference)',
    byProxy,
  ),
  javascript(
    'Vercel AI SDK (OpenTelemetry)',
    'vercel.mjs',
    ['ai@7.0.173', '@ai-sdk/openai', '@ai-sdk/otel'],
    'its own spans',
  ),
  javascript('Genkit', 'genkit.mjs', ['genkit@1.42.0', '@genkit-ai/google-genai'], 'its own spans'),
  javascript(
    'Mastra',
    'mastra.mjs',
    ['@mastra/core@1.71.0', '@mastra/observability', '@mastra/otel-exporter', '@ai-sdk/openai', 'zod'],
    'its own spans',
  ),
  javascript(
    'LangChain for JavaScript',
    'langchain.mjs',
    [
      'langchain@1.5.14',
      '@langchain/core',
      '@langchain/openai',
      '@langchain/langgraph',
      '@arizeai/openinference-instrumentation-langchain',
      'zod',
    ],
    'OpenTelemetry (OpenInference)',
  ),
];
