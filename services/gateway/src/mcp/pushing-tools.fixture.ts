import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const text = (value: string) => ({ type: 'text' as const, text: value });
const options = ['option1', 'option2', 'option3'];
const titled = (word: string) => ['value1', 'value2', 'value3'].map((value) => ({ const: value, title: word }));

type Schema = Record<string, object>;
const defaults: Schema = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
};
const enums: Schema = {
  untitledSingle: { type: 'string', enum: options },
  titledSingle: { type: 'string', oneOf: titled('Option') },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
  titledMulti: { type: 'array', items: { anyOf: titled('Choice') } },
};
const person: Schema = { username: { type: 'string' }, email: { type: 'string' } };

/** Tools of the 2025 revisions that ask the client in the middle of a request, and one whose stream breaks off before its answer. */
export function addPushingTools(server: McpServer): void {
  const ask = (name: string, properties: Schema, required: string[] = []): void => {
    const inputSchema = z.object({ message: z.string().default('please') });
    server.registerTool(name, { description: 'asks the person', inputSchema }, async ({ message }, { mcpReq }) => {
      const requestedSchema = { type: 'object' as const, properties, required };
      const answer = await mcpReq.send({ method: 'elicitation/create', params: { message, requestedSchema } });
      return { content: [text(`Elicitation completed: ${JSON.stringify(answer)}`)] };
    });
  };
  ask('test_elicitation', person, ['username', 'email']);
  ask('test_elicitation_sep1034_defaults', defaults);
  ask('test_elicitation_sep1330_enums', enums);

  const inputSchema = z.object({ prompt: z.string() });
  server.registerTool(
    'test_sampling',
    { description: 'asks the model', inputSchema },
    async ({ prompt }, { mcpReq }) => {
      const messages = [{ role: 'user', content: text(prompt) }];
      const answer = await mcpReq.send({ method: 'sampling/createMessage', params: { messages, maxTokens: 100 } });
      return { content: [text(`LLM response: ${JSON.stringify(answer.content)}`)] };
    },
  );
  server.registerTool('test_reconnection', { description: 'breaks off', inputSchema: z.object({}) }, (_, { http }) => {
    http?.closeSSE?.();
    return { content: [text('answered on the next stream')] };
  });
}
