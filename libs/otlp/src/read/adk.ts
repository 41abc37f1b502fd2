import { textOf, type Attributes } from '../attributes.ts';
import { jsonAttribute } from './json-attribute.ts';
import type { LlmSpanOptions } from './llm-span.ts';
import { has, unused, type SpanProfile } from './span-kind.ts';

/** Tools that were used at once have a span each, and one more for the answers of all. */
const isMerged = (attributes: Attributes): boolean => textOf(attributes, 'gen_ai.tool.name') === '(merged tools)';

/** The usage of the API's own answer, in the words of Google's library for Python or for JavaScript. */
function usageOf(attributes: Attributes): Pick<LlmSpanOptions, 'usage' | 'given'> {
  const answer = jsonAttribute(attributes, 'gcp.vertex.agent.llm_response');
  if (answer['usage_metadata'] !== undefined) return { usage: 'gemini_api_python', given: answer['usage_metadata'] };
  if (answer['usageMetadata'] !== undefined) return { usage: 'gemini_api', given: answer['usageMetadata'] };
  return { usage: 'otel' };
}

/**
 * Google's ADK where it is not by the conventions: before it wrote them, and in JavaScript, its usage is the API's own answer,
 * thoughts apart. In JavaScript a span tells nothing, not even the model, of a request that failed.
 */
export const adk: SpanProfile = {
  name: 'adk',
  matches: ({ attributes, name }, { scope }) =>
    scope === 'gcp.vertex.agent' &&
    (isMerged(attributes) || (name === 'call_llm' && !has(attributes, 'gen_ai.operation.name'))),
  classify: ({ attributes }) => {
    if (isMerged(attributes)) return unused;
    return {
      is: 'llm',
      options: {
        ...usageOf(attributes),
        provider: 'gcp.gemini',
        operation: 'generate_content',
        failed: !has(attributes, 'gen_ai.request.model'),
      },
    };
  },
};
