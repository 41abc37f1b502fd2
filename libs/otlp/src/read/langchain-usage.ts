import { numberOf, type Attributes } from '../attributes.ts';
import { jsonAttribute } from './json-attribute.ts';

type Json = Readonly<Record<string, unknown>>;

function at(value: unknown, ...path: readonly (string | 0)[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Json)[step];
  }
  return found;
}

/**
 * What LangChain's answer keeps of the usage in the words of Anthropic's API, which alone say what was written to the cache and for how
 * long; of a stream without what was read and written, which the attributes say. Null where there is nothing of it.
 */
export function anthropicUsageOf(attributes: Attributes): Json | null {
  const message = at(jsonAttribute(attributes, 'output.value'), 'generations', 0, 0, 'message');
  const usage = at(message, 'kwargs', 'response_metadata', 'usage');
  const [read, written] = [at(usage, 'cache_read_input_tokens') ?? 0, at(usage, 'cache_creation_input_tokens')];
  const prompt = numberOf(attributes, 'llm.token_count.prompt');
  const output = numberOf(attributes, 'llm.token_count.completion');
  if (typeof read !== 'number' || typeof written !== 'number' || prompt === undefined || output === undefined)
    return null;
  const fresh = prompt - read - written;
  return written > 0 && fresh >= 0 ? { output_tokens: output, ...(usage as Json), input_tokens: fresh } : null;
}
