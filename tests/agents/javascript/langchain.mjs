import { LangChainInstrumentation } from '@arizeai/openinference-instrumentation-langchain';
import * as manager from '@langchain/core/callbacks/manager';
import { tool } from '@langchain/core/tools';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import { prompt, sdk } from './otel.mjs';

new LangChainInstrumentation().manuallyInstrument(manager);
const schema = z.object({ a: z.number(), b: z.number() });
const add = tool(async ({ a, b }) => String(a + b), { name: 'add', description: 'adds', schema });
const llm = new ChatOpenAI({ model: 'gpt-5', maxRetries: 2, configuration: { baseURL: process.env.OPENAI_BASE_URL } });
try {
  await createReactAgent({ llm, tools: [add] }).invoke({ messages: [['user', prompt]] });
} finally {
  await sdk.shutdown();
}
