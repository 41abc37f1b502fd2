import OpenAI from 'openai';
import { add, addSchema, instrument, prompt } from './instrument.ts';

await using telltale = await instrument();
const client = telltale.openai(new OpenAI({ maxRetries: 2 }));
const use = telltale.tool('add', add);
const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [{ role: 'user', content: prompt }];
const ask = async () => {
  const tool = { type: 'function' as const, function: { name: 'add', parameters: addSchema } };
  const { choices } = await client.chat.completions.create({ model: 'gpt-5', messages, tools: [tool] });
  return choices[0]?.message;
};

for (let answer = await ask(); (answer?.tool_calls ?? []).length > 0; answer = await ask()) {
  if (answer !== undefined) messages.push(answer);
  for (const call of answer?.tool_calls ?? []) {
    if (call.type !== 'function') continue;
    const content = use(JSON.parse(call.function.arguments) as { a: number; b: number });
    messages.push({ role: 'tool', tool_call_id: call.id, content });
  }
}
