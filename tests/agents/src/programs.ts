import { join } from 'node:path';
import type { Client, Places, ScenarioName } from './client.ts';

const here = import.meta.dirname;

/** A TypeScript program of `programs/`, instrumented in one line by the SDK. */
const typescript = (name: string, file: string, more: readonly ScenarioName[]): Client => ({
  name,
  by: 'the SDK',
  install: null,
  folder: '',
  scenarios: more,
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
  'the HTTP client had the head of the answer when it broke off, and no instrumentation tells of an answer without its body. ' +
  'What a program of your own calls is unknown to `telltale run`, so that the proxy is on only when asked for.';

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
  by,
  install: { pypi: [...base, ...packages] },
  folder,
  scenarios: ['tool', 'retry', 'failed', 'cut'],
  cannot: { cut: cutUnseen },
  proxied: ['cut'],
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

/** Programs on the providers' SDKs and on frameworks. */
export const programs: readonly Client[] = [
  typescript('Anthropic SDK', 'anthropic-sdk.ts', ['tool', 'retry', 'failed', 'cut']),
  typescript('OpenAI SDK', 'openai-sdk.ts', ['tool', 'retry', 'failed', 'cut']),
  typescript('Google SDK', 'google-sdk.ts', ['tool', 'retry', 'failed', 'cut']),
  typescript('Vercel AI SDK', 'vercel-ai-sdk.ts', ['tool', 'retry', 'failed', 'cut']),
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
      proxied: ['tool', 'retry', 'cut'],
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
  python('LiteLLM', 'litellm_sdk.py', 'litellm', ['litellm', 'mcp'], 'its own spans', {
    cannot: { cut: cutUnseen },
  }),
  python('OpenLIT', 'openlit_sdk.py', 'openlit', ['openlit'], 'its own spans', {
    cannot: { tool: noThoughts, retry: noThoughts, cut: `${noThoughts} And ${cutUnseen}` },
    proxied: ['tool', 'retry', 'cut'],
  }),
  python('Google ADK', 'adk_agent.py', 'adk', ['google-adk'], 'its own spans'),
  python('Anthropic SDK for Python', 'anthropic_sdk.py', 'u6', [
    'anthropic',
    'opentelemetry-instrumentation-anthropic',
  ]),
  python('Strands Agents', 'strands_agent.py', 'u2', ['strands-agents[openai,otel]'], 'its own spans'),
];
