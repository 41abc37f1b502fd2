import { textOf, type Attributes } from '../attributes.ts';
import { jsonAttribute } from './json-attribute.ts';
import { has, unused, type SpanProfile } from './span-kind.ts';

/** Tools that were used at once have a span each, and one more for the answers of all. */
const isMerged = (attributes: Attributes): boolean => textOf(attributes, 'gen_ai.tool.name') === '(merged tools)';

/** Google's ADK where it is not by the conventions: before it wrote them its usage is the API's own answer, thoughts apart. */
export const adk: SpanProfile = {
  name: 'adk',
  matches: ({ attributes, name }, { scope }) =>
    scope === 'gcp.vertex.agent' &&
    (isMerged(attributes) || (name === 'call_llm' && !has(attributes, 'gen_ai.operation.name'))),
  classify: ({ attributes }) => {
    if (isMerged(attributes)) return unused;
    const answer = jsonAttribute(attributes, 'gcp.vertex.agent.llm_response')['usage_metadata'];
    const given = answer === undefined ? {} : { given: answer };
    return {
      is: 'llm',
      options: {
        usage: answer === undefined ? 'otel' : 'gemini_api_python',
        ...given,
        provider: 'gcp.gemini',
        operation: 'generate_content',
      },
    };
  },
};
