import { randomUUID } from 'node:crypto';
import { processEnvironment } from '@telltale/runtime/config';
import { countOf, objectOf, textOf, type Json } from '@telltale/answers/json-fields';
import { askModel, ModelError, type ModelAnswer } from './model.ts';
import { useTool } from './tools.ts';

// One agent of the sample crew: `node main.ts <role> <model> <stream|whole>`. It works in its folder, asks the model at
// ANTHROPIC_BASE_URL what to do, does it, and prints what happens as lines of JSON, as coding agents do.
const [, , role = 'planner', model = 'unknown', mode = 'stream'] = process.argv;
const env = processEnvironment();
const sessionId = randomUUID();
/** Asked for more often than this, the model leads nowhere. */
const mostSteps = 20;

const print = (line: Json): void => {
  process.stdout.write(`${JSON.stringify({ ...line, session_id: sessionId, uuid: randomUUID() })}\n`);
};
const say = (words: string): void => {
  process.stdout.write(`${words}\n`);
};

const totals = { inputTokens: 0, outputTokens: 0, cacheReadInputTokens: 0, cacheCreationInputTokens: 0 };

function count({ message }: ModelAnswer): void {
  const usage = objectOf(message, 'usage');
  totals.inputTokens += countOf(usage, 'input_tokens') ?? 0;
  totals.outputTokens += countOf(usage, 'output_tokens') ?? 0;
  totals.cacheReadInputTokens += countOf(usage, 'cache_read_input_tokens') ?? 0;
  totals.cacheCreationInputTokens += countOf(usage, 'cache_creation_input_tokens') ?? 0;
}

function ask(messages: readonly Json[]): Promise<ModelAnswer> {
  return askModel({
    baseUrl: env['ANTHROPIC_BASE_URL'] ?? '',
    apiKey: env['ANTHROPIC_API_KEY'] ?? '',
    body: { model, max_tokens: 2_048, system: `${role} of a small crew`, stream: mode === 'stream', messages },
    onEvent: (event) => print({ type: 'stream_event', event, parent_tool_use_id: null }),
  });
}

/** Does what an answer asks for and returns the message that tells the model; null when nothing is left to do. */
function work({ content }: ModelAnswer): Json | null {
  const results: Json[] = [];
  for (const block of content) {
    if (block.type !== 'tool_use') continue;
    const { content: output, isError } = useTool(block);
    if (isError) say(`WARNING: ${block.name} failed: ${output.split('\n')[0]}`);
    results.push({ type: 'tool_result', tool_use_id: block.id, content: output, is_error: isError });
  }
  return results.length === 0 ? null : { role: 'user', content: results };
}

async function converse(): Promise<void> {
  const messages: Json[] = [{ role: 'user', content: 'Do your part of the greeter.' }];
  for (let step = 0; step < mostSteps; step += 1) {
    const answer = await ask(messages);
    count(answer);
    const { message, requestId } = answer;
    print({
      type: 'assistant',
      message,
      parent_tool_use_id: null,
      timestamp: new Date().toISOString(),
      request_id: requestId,
    });
    messages.push({ role: 'assistant', content: message['content'] });
    const told = work(answer);
    if (told === null) return;
    print({ type: 'user', message: told, parent_tool_use_id: null, timestamp: new Date().toISOString() });
    messages.push(told);
  }
}

function printError(error: ModelError): void {
  const content = [{ type: 'text', text: `API Error: ${error.status} ${error.message}` }];
  print({
    type: 'assistant',
    message: { id: randomUUID(), type: 'message', role: 'assistant', model: '<synthetic>', content, usage: {} },
    parent_tool_use_id: null,
    timestamp: new Date().toISOString(),
    request_id: error.requestId,
    is_api_error_message: true,
    api_error_status: error.status,
    api_error_type: error.type,
  });
}

print({ type: 'system', subtype: 'init', model, cwd: process.cwd(), tools: ['Read', 'Write', 'Bash'] });
say(`INFO: ${role} starts in ${process.cwd()}`);
let failed = false;
try {
  await converse();
  say(`INFO: ${role} is done`);
} catch (error) {
  failed = true;
  if (error instanceof ModelError) printError(error);
  process.stderr.write(`ERROR: ${role} gives up: ${error instanceof Error ? error.message : String(error)}\n`);
}
const usage = totals.inputTokens + totals.outputTokens === 0 ? {} : { [model]: totals };
print({
  type: 'result',
  subtype: 'success',
  is_error: failed,
  modelUsage: usage,
  num_turns: 1,
  result: textOf(env, 'NOTE') ?? '',
});
process.exitCode = failed ? 1 : 0;
