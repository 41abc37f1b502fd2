import { GoogleGenAI, type Content } from '@google/genai';
import { add, addSchema, instrument, prompt } from './instrument.ts';

await using telltale = await instrument();
const baseUrl = process.env['GOOGLE_GEMINI_BASE_URL'] ?? '';
const client = telltale.google(
  new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl, retryOptions: { attempts: 3 } } }),
);
const use = telltale.tool('add', add);
const contents: Content[] = [{ role: 'user', parts: [{ text: prompt }] }];
const tools = [{ functionDeclarations: [{ name: 'add', description: 'adds', parametersJsonSchema: addSchema }] }];

/** The answer's parts, as they came. */
async function ask(): Promise<Content> {
  const stream = await client.models.generateContentStream({ model: 'gemini-2.5-pro', contents, config: { tools } });
  const parts: Content['parts'] = [];
  for await (const chunk of stream) parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
  return { role: 'model', parts };
}

for (;;) {
  const answer = await ask();
  const calls = (answer.parts ?? []).flatMap(({ functionCall }) => functionCall ?? []);
  if (calls.length === 0) break;
  const results = calls.map(({ name = '', args }) => ({
    functionResponse: { name, response: { result: use(args as { a: number; b: number }) } },
  }));
  contents.push(answer, { role: 'user', parts: results });
}
