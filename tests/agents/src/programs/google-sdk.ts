import { GoogleGenAI } from '@google/genai';
import { instrument, prompt } from './instrument.ts';

await using telltale = await instrument();
const baseUrl = process.env['GOOGLE_GEMINI_BASE_URL'] ?? '';
const client = telltale.google(
  new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl, retryOptions: { attempts: 3 } } }),
);
for await (const part of await client.models.generateContentStream({ model: 'gemini-2.5-pro', contents: prompt }))
  process.stdout.write(part.text ?? '');
