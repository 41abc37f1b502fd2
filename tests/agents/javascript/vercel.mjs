import { createOpenAI } from '@ai-sdk/openai';
import { OpenTelemetry } from '@ai-sdk/otel';
import { generateText, isStepCount, jsonSchema, registerTelemetry } from 'ai';
import { prompt, sdk } from './otel.mjs';

registerTelemetry(new OpenTelemetry());
const model = createOpenAI({ apiKey: 'none', baseURL: process.env.OPENAI_BASE_URL }).chat('gpt-5');
const inputSchema = jsonSchema({
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
});
const tools = { add: { description: 'adds', inputSchema, execute: ({ a, b }) => String(a + b) } };
try {
  await generateText({ model, prompt, tools, stopWhen: isStepCount(3), maxRetries: 2 });
} finally {
  await sdk.shutdown();
}
