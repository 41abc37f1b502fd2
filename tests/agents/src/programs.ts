import { join } from 'node:path';
import type { Client, Places, ScenarioName } from './client.ts';

const here = import.meta.dirname;
const scenarios: readonly ScenarioName[] = ['tool', 'retry', 'failed'];

/** A TypeScript program of `programs/`, instrumented in one line by the SDK. */
const typescript = (name: string, file: string, more: readonly ScenarioName[] = scenarios): Client => ({
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
];

/** A Python program of `python/`, with OpenTelemetry. */
const python = (
  name: string,
  file: string,
  folder: string,
  packages: readonly string[],
  by = 'OpenTelemetry (OpenLLMetry)',
): Client => ({
  name,
  by,
  install: { pypi: [...base, ...packages] },
  folder,
  scenarios,
  proxied: ['retry'],
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
});

/** Programs on the providers' SDKs and on frameworks. */
export const programs: readonly Client[] = [
  typescript('Anthropic SDK', 'anthropic-sdk.ts', ['tool', 'retry', 'failed', 'cut']),
  typescript('OpenAI SDK', 'openai-sdk.ts', ['tool', 'retry', 'failed', 'cut']),
  typescript('Google SDK', 'google-sdk.ts', ['retry', 'failed', 'cut']),
  typescript('Vercel AI SDK', 'vercel-ai-sdk.ts'),
  python('OpenAI SDK for Python', 'openai_sdk.py', 'py', []),
  python('LangGraph', 'langgraph_agent.py', 'py', [
    'langgraph',
    'langchain-openai',
    'opentelemetry-instrumentation-langchain',
  ]),
  python('CrewAI', 'crewai_crew.py', 'crew', ['crewai', 'openinference-instrumentation-crewai']),
  python('AutoGen', 'autogen_agent.py', 'autogen', ['autogen-agentchat', 'autogen-ext[openai]']),
  python('Pydantic AI', 'pydantic_agent.py', 'u1', ['pydantic-ai-slim[openai]', 'logfire'], 'Logfire'),
  python('Langfuse', 'langfuse_sdk.py', 'u6', ['langfuse'], 'the spans of its SDK'),
  python('Anthropic SDK for Python', 'anthropic_sdk.py', 'u6', [
    'anthropic',
    'opentelemetry-instrumentation-anthropic',
  ]),
  python('Strands Agents', 'strands_agent.py', 'u2', ['strands-agents[openai,otel]'], 'its own spans'),
];
