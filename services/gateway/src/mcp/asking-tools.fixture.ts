import { acceptedContent, inputRequired, inputResponse, type McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const text = (value: string) => ({ type: 'text' as const, text: value });
const name = z.object({ name: z.string() });

/**
 * Tools that ask the client first. In the revision of 2026-07-28 the question is the result of a request and its answer comes with
 * the next one, so that a server that lives for one request can ask.
 */
export function addAskingTools(server: McpServer): void {
  const inputSchema = z.object({});
  server.registerTool(
    'test_input_required_result_elicitation',
    { description: 'asks the person', inputSchema },
    (_, { mcpReq }) => {
      const answer = acceptedContent(mcpReq.inputResponses, 'user_name', name);
      if (answer !== undefined) return { content: [text(`Hello, ${answer.name}!`)] };
      const user_name = inputRequired.elicit({ message: 'What is your name?', requestedSchema: name });
      return inputRequired({ inputRequests: { user_name } });
    },
  );
  server.registerTool(
    'test_input_required_result_sampling',
    { description: 'asks the model', inputSchema },
    (_, { mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, 'capital_question');
      if (answer.kind === 'sampling') return { content: [text(JSON.stringify(answer.result.content))] };
      const capital_question = inputRequired.createMessage({
        messages: [{ role: 'user', content: text('What is the capital of France?') }],
        maxTokens: 100,
      });
      return inputRequired({ inputRequests: { capital_question } });
    },
  );
}
