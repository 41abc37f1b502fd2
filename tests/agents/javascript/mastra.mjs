import { createOpenAI } from '@ai-sdk/openai';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { createTool } from '@mastra/core/tools';
import { Observability } from '@mastra/observability';
import { OtelExporter } from '@mastra/otel-exporter';
import { z } from 'zod';

const model = createOpenAI({ apiKey: 'none', baseURL: process.env.OPENAI_BASE_URL }).chat('gpt-5');
const inputSchema = z.object({ a: z.number(), b: z.number() });
const add = createTool({ id: 'add', description: 'adds', inputSchema, execute: async ({ a, b }) => ({ sum: a + b }) });
const agent = new Agent({ id: 'adder', name: 'adder', instructions: 'add', model, tools: { add }, maxRetries: 2 });
const endpoint = `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`;
const exporter = new OtelExporter({ provider: { custom: { endpoint, protocol: 'http/protobuf' } } });
const configs = { otel: { serviceName: 'adder', exporters: [exporter] } };
const mastra = new Mastra({ agents: { adder: agent }, observability: new Observability({ configs }), logger: false });
try {
  await mastra.getAgent('adder').generate(process.argv[2], { maxSteps: 3 });
} finally {
  await mastra.shutdown();
}
