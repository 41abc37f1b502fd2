import type { Json } from '@telltale/answers/json-fields';
import type { Step } from './script.ts';
import { usages } from './ledger.ts';

/** One event of a stream: its name (none for APIs whose data says it) and its data. */
export type StreamEvent = readonly [name: string | null, data: Json | '[DONE]'];
export type Answer = { whole: Json; stream: readonly StreamEvent[] };

type Made = Extract<Step, { is: 'text' | 'tool' | 'cut' }>;
const reply = 'scripted reply';
const toolOf = (step: Made) => (step.is === 'tool' ? step : null);

export function anthropicAnswer(step: Made, n: number, model: string): Answer {
  const tool = toolOf(step);
  const usage = {
    input_tokens: 12,
    cache_read_input_tokens: 18_000,
    cache_creation_input_tokens: 2_000,
    cache_creation: { ephemeral_5m_input_tokens: 1_500, ephemeral_1h_input_tokens: 500 },
    service_tier: 'standard',
  };
  const stop = tool === null ? 'end_turn' : 'tool_use';
  const head = { id: `msg_${n}`, type: 'message', role: 'assistant', model };
  const block =
    tool === null
      ? { type: 'text', text: reply }
      : { type: 'tool_use', id: `toolu_${n}`, name: tool.name, input: tool.input };
  const opened = tool === null ? { type: 'text', text: '' } : { ...block, input: {} };
  const delta =
    tool === null
      ? { type: 'text_delta', text: reply }
      : { type: 'input_json_delta', partial_json: JSON.stringify(tool.input) };
  const event = (type: string, data: Json): StreamEvent => [type, { type, ...data }];
  return {
    whole: {
      ...head,
      content: [block],
      stop_reason: stop,
      stop_sequence: null,
      usage: { ...usage, output_tokens: 42 },
    },
    stream: [
      event('message_start', {
        message: {
          ...head,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { ...usage, output_tokens: 1 },
        },
      }),
      event('content_block_start', { index: 0, content_block: opened }),
      event('content_block_delta', { index: 0, delta }),
      event('content_block_stop', { index: 0 }),
      event('message_delta', { delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: 42 } }),
      event('message_stop', {}),
    ],
  };
}

export function responsesAnswer(step: Made, n: number, model: string): Answer {
  const tool = toolOf(step);
  const id = tool === null ? `msg_${n}` : `fc_${n}`;
  const item =
    tool === null
      ? {
          id,
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: reply, annotations: [] }],
        }
      : {
          id,
          type: 'function_call',
          status: 'completed',
          call_id: `call_${n}`,
          ...(tool.namespace === undefined ? {} : { namespace: tool.namespace }),
          name: tool.name,
          arguments: JSON.stringify(tool.input),
        };
  const response = {
    id: `resp_${n}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    model,
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    temperature: 1,
    top_p: 1,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
  };
  const usage = {
    input_tokens: 9_000,
    input_tokens_details: { cached_tokens: 6_000, cache_write_tokens: 0 },
    output_tokens: 77,
    output_tokens_details: { reasoning_tokens: 33 },
    total_tokens: 9_077,
  };
  const done = { ...response, status: 'completed', output: [item], usage };
  const started =
    tool === null ? { ...item, status: 'in_progress', content: [] } : { ...item, status: 'in_progress', arguments: '' };
  const data = tool === null ? { content_index: 0, delta: reply, logprobs: [] } : { delta: JSON.stringify(tool.input) };
  const type = tool === null ? 'response.output_text.delta' : 'response.function_call_arguments.delta';
  const events: Json[] = [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [], usage: null } },
    { type: 'response.output_item.added', output_index: 0, item: started },
    ...(tool === null
      ? [
          {
            type: 'response.content_part.added',
            output_index: 0,
            content_index: 0,
            item_id: id,
            part: { type: 'output_text', text: '', annotations: [] },
          },
        ]
      : []),
    { type, output_index: 0, item_id: id, ...data },
    ...(tool === null
      ? [
          {
            type: 'response.output_text.done',
            output_index: 0,
            content_index: 0,
            item_id: id,
            text: reply,
            logprobs: [],
          },
        ]
      : [
          {
            type: 'response.function_call_arguments.done',
            output_index: 0,
            item_id: id,
            arguments: JSON.stringify(tool.input),
          },
        ]),
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: done },
  ];
  return { whole: done, stream: events.map((one, index) => [String(one['type']), { ...one, sequence_number: index }]) };
}

export function chatAnswer(step: Made, n: number, model: string, asked: boolean): Answer {
  const tool = toolOf(step);
  const usage = {
    prompt_tokens: 9_000,
    completion_tokens: 77,
    total_tokens: 9_077,
    prompt_tokens_details: { cached_tokens: 6_000 },
    completion_tokens_details: { reasoning_tokens: 33 },
  };
  const call = {
    id: `call_${n}`,
    type: 'function',
    function: { name: tool?.name ?? '', arguments: JSON.stringify(tool?.input ?? {}) },
  };
  const stop = tool === null ? 'stop' : 'tool_calls';
  const head = { id: `chatcmpl-${n}`, created: Math.floor(Date.now() / 1000), model };
  const chunk = (delta: Json, finish: string | null): StreamEvent => [
    null,
    { ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] },
  ];
  const message =
    tool === null ? { role: 'assistant', content: reply } : { role: 'assistant', content: null, tool_calls: [call] };
  return {
    whole: {
      ...head,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: stop, logprobs: null }],
      usage,
    },
    stream: [
      chunk(
        tool === null
          ? { role: 'assistant', content: reply }
          : { role: 'assistant', tool_calls: [{ index: 0, ...call }] },
        null,
      ),
      chunk({}, stop),
      ...(asked ? [[null, { ...head, object: 'chat.completion.chunk', choices: [], usage }] as const] : []),
      [null, '[DONE]'],
    ],
  };
}

export function geminiAnswer(step: Made, n: number, model: string): Answer {
  const tool = toolOf(step);
  const part = tool === null ? { text: reply } : { functionCall: { name: tool.name, args: tool.input } };
  const whole = {
    candidates: [{ index: 0, content: { role: 'model', parts: [part] }, finishReason: 'STOP' }],
    usageMetadata: {
      promptTokenCount: 900,
      cachedContentTokenCount: 600,
      candidatesTokenCount: usages.gemini.output - usages.gemini.reasoning,
      thoughtsTokenCount: usages.gemini.reasoning,
      totalTokenCount: 977,
    },
    modelVersion: model,
    responseId: `gemini-${n}`,
  };
  const { usageMetadata, candidates: _all, ...head } = whole;
  const { promptTokenCount, cachedContentTokenCount } = usageMetadata;
  const begun = {
    ...head,
    candidates: [{ index: 0, content: { role: 'model', parts: [{ text: '' }] } }],
    usageMetadata: { promptTokenCount, cachedContentTokenCount, totalTokenCount: promptTokenCount },
  };
  return {
    whole,
    stream: [
      [null, begun],
      [null, whole],
    ],
  };
}
