import { googleAI } from '@genkit-ai/google-genai';
import { genkit, z } from 'genkit';
import { prompt, sdk } from './otel.mjs';

const ai = genkit({ plugins: [googleAI({ apiKey: 'none', baseUrl: process.env.GOOGLE_GEMINI_BASE_URL })] });
const inputSchema = z.object({ a: z.number(), b: z.number() });
const add = ai.defineTool(
  { name: 'add', description: 'adds', inputSchema, outputSchema: z.string() },
  async ({ a, b }) => String(a + b),
);
try {
  await ai.generate({ model: googleAI.model('gemini-2.5-pro'), prompt, tools: [add] });
} finally {
  await sdk.shutdown();
}
