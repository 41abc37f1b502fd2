import Anthropic from '@anthropic-ai/sdk';
import { add, addSchema, instrument, prompt } from './instrument.ts';

await using telltale = await instrument();
const client = telltale.anthropic(new Anthropic({ maxRetries: 2 }));
const use = telltale.tool('add', add);
const messages: Anthropic.MessageParam[] = [{ role: 'user', content: prompt }];
const ask = () =>
  client.messages
    .stream({
      model: 'claude-sonnet-5',
      max_tokens: 100,
      messages,
      tools: [{ name: 'add', description: 'adds', input_schema: addSchema }],
    })
    .finalMessage();

for (let answer = await ask(); answer.stop_reason === 'tool_use'; answer = await ask()) {
  const results = answer.content.flatMap((block) =>
    block.type === 'tool_use'
      ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: use(block.input as { a: number; b: number }) }]
      : [],
  );
  messages.push({ role: 'assistant', content: answer.content }, { role: 'user', content: results });
}
