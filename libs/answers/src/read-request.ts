import { createJsonScanner } from './json-scanner.ts';

/** What a request says of itself; what it does not say is absent. */
export type RequestFacts = {
  model?: string;
  streamed?: boolean;
  messages?: number;
  tools?: number;
  /** The most output that is asked for, in tokens, of one answer. */
  mostOutput?: number;
  /** How many answers are asked for, where that is said. */
  answers?: number;
  /** The longest time for which it asks to keep parts of it in the provider's cache. */
  caches?: '5m' | '1h';
  serviceTier?: string;
  speed?: string;
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
  n: 'answers',
  best_of: 'answers',
  service_tier: 'tier',
  speed: 'speed',
  generationConfig: { maxOutputTokens: 'most', candidateCount: 'answers' },
  options: { num_predict: 'most' },
  messages: list('messages'),
  input: list('messages'),
  contents: list('messages'),
  tools: list('tools'),
} as const;

/** Parts anywhere in it may be marked; that the words stand in somebody's text only makes the bound higher. */
function cachesOf(body: readonly Buffer[]): '5m' | '1h' | null {
  const [first = Buffer.alloc(0)] = body;
  const whole = body.length > 1 ? Buffer.concat(body) : first;
  if (!whole.includes('"cache_control"')) return null;
  return whole.includes('"1h"') ? '1h' : '5m';
}

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
      else if (name === 'answers' && typeof value === 'number' && Number.isInteger(value) && value > 1)
        facts.answers = Math.max(facts.answers ?? 1, value);
      else if (name === 'tier' && typeof value === 'string' && value !== 'auto') facts.serviceTier = value;
      else if (name === 'speed' && typeof value === 'string') facts.speed = value;
      else if (name === '#messages') facts.messages = (facts.messages ?? 0) + 1;
      else if (name === '#tools') facts.tools = (facts.tools ?? 0) + 1;
    },
  });
  for (const chunk of body) scanner.push(chunk);
  const caches = cachesOf(body);
  if (caches !== null) facts.caches = caches;
  return facts;
}
