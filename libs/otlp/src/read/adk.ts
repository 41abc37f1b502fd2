import { jsonAttribute } from './json-attribute.ts';
import { has, type SpanProfile } from './span-kind.ts';

/** Google's ADK before it wrote the conventions: its usage is the API's own answer, thoughts apart. */
export const adk: SpanProfile = {
  name: 'adk',
  matches: ({ attributes, name }, { scope }) =>
    scope === 'gcp.vertex.agent' && name === 'call_llm' && !has(attributes, 'gen_ai.operation.name'),
  classify: ({ attributes }) => {
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
