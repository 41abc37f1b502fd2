import { createAnthropic } from '@ai-sdk/anthropic';
import { generateText, jsonSchema, stepCountIs } from 'ai';
import { add, addSchema, instrument, prompt } from './instrument.ts';

await using telltale = await instrument();
const provider = createAnthropic({ apiKey: 'none', baseURL: `${process.env['ANTHROPIC_BASE_URL'] ?? ''}/v1` });
const model = telltale.model(provider('claude-sonnet-5'));
const tools = telltale.tools({
  add: { description: 'adds', inputSchema: jsonSchema<{ a: number; b: number }>(addSchema), execute: add },
});
await generateText({ model, prompt, tools, stopWhen: stepCountIs(3), maxRetries: 2 });
