import { createJsonScanner } from './json-scanner.ts';

/** What a request says of itself; what it does not say is absent. */
export type RequestFacts = {
  model?: string;
  streamed?: boolean;
  messages?: number;
  tools?: number;
  /** The most output that is asked for, in tokens. */
  mostOutput?: number;
  /** Where `stream_options` stands in the body, and what it is. */
  streamOptions?: { value: unknown; start: number; end: number };
};

const list = (name: string) => ({ '[]': `#${name}` });
const wanted = {
  model: 'model',
  stream: 'stream',
  stream_options: 'options',
  max_tokens: 'most',
  max_completion_tokens: 'most',
  max_output_tokens: 'most',
  generationConfig: { maxOutputTokens: 'most' },
  options: { num_predict: 'most' },
  messages: list('messages'),
  input: list('messages'),
  contents: list('messages'),
  tools: list('tools'),
} as const;

/** Reads a request's own words about the call; the conversation in it is passed over. */
export function readRequest(body: readonly Buffer[]): RequestFacts {
  const facts: RequestFacts = {};
  const scanner = createJsonScanner({
    wanted,
    onValue(name, value, start, end) {
      if (name === 'model' && typeof value === 'string' && value !== '') facts.model = value;
      else if (name === 'stream') facts.streamed = value === true;
      else if (name === 'options') facts.streamOptions = { value, start, end };
      else if (name === 'most' && typeof value === 'number' && Number.isInteger(value) && value > 0)
        facts.mostOutput = Math.max(facts.mostOutput ?? 0, value);
      else if (name === '#messages') facts.messages = (facts.messages ?? 0) + 1;
      else if (name === '#tools') facts.tools = (facts.tools ?? 0) + 1;
    },
  });
  for (const chunk of body) scanner.push(chunk);
  return facts;
}
