import type { AnswerReader } from './answer-facts.ts';
import { readAnthropic } from './read-anthropic.ts';
import { readGemini } from './read-gemini.ts';
import { readOllama } from './read-ollama.ts';
import { readOpenAiChat } from './read-openai-chat.ts';
import { readResponses } from './read-responses.ts';

export type Wire = 'anthropic' | 'openai_chat' | 'responses' | 'gemini' | 'ollama';

/** What a request asks a model for, as far as method and path tell. */
export type CallShape = {
  wire: Wire;
  /** OpenTelemetry's word. */
  operation: string;
  /** Where the path names the model. */
  model?: string;
  /** Where the path says that the answer is a stream. */
  streamed?: boolean;
};

const shapes: readonly (readonly [path: RegExp, shape: CallShape])[] = [
  // A message of a thread is none of a call: it is only kept there.
  [/(?<!\/threads\/[^/]*)\/messages$/, { wire: 'anthropic', operation: 'chat' }],
  [/\/chat\/completions$/, { wire: 'openai_chat', operation: 'chat' }],
  [/\/responses$/, { wire: 'responses', operation: 'chat' }],
  [/\/api\/chat$/, { wire: 'ollama', operation: 'chat' }],
  [/\/api\/generate$/, { wire: 'ollama', operation: 'text_completion' }],
  [/\/api\/embed(?:dings)?$/, { wire: 'ollama', operation: 'embeddings' }],
  [/\/completions$/, { wire: 'openai_chat', operation: 'text_completion' }],
  [/\/embeddings$/, { wire: 'openai_chat', operation: 'embeddings' }],
];
const gemini = /\/models\/([^/]+):(generateContent|streamGenerateContent)$/;

/** The call that a request is; null for all that uses no model: lists of models, counting of tokens, files. */
export function shapeOf(method: string, path: string): CallShape | null {
  if (method !== 'POST') return null;
  const google = gemini.exec(path);
  if (google?.[1] !== undefined) {
    const streamed = google[2] === 'streamGenerateContent';
    return { wire: 'gemini', operation: 'generate_content', model: safeDecode(google[1]), streamed };
  }
  return shapes.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const readers: Readonly<Record<Wire, () => AnswerReader>> = {
  anthropic: readAnthropic,
  openai_chat: readOpenAiChat,
  responses: readResponses,
  gemini: readGemini,
  ollama: readOllama,
};
