import { isJson, listOf, objectOf, textOf, type Json } from '@telltale/answers/json-fields';
import type { Block } from '../script.ts';

/** The model refused; the agent prints it and gives up. */
export class ModelError extends Error {
  readonly status: number;
  readonly type: string;
  readonly requestId: string | undefined;

  constructor(status: number, type: string, message: string, requestId: string | undefined) {
    super(message);
    this.name = 'ModelError';
    this.status = status;
    this.type = type;
    this.requestId = requestId;
  }
}

export type ModelAnswer = { message: Json; content: Block[]; requestId: string | undefined };

export type ModelRequest = {
  baseUrl: string;
  apiKey: string;
  body: Json & { stream: boolean };
  /** Each event of a streamed answer, as it comes. */
  onEvent: (event: Json) => void;
};

/** Asks a model over Anthropic's Messages, streamed or not. Throws ModelError when it refuses. */
export async function askModel({ baseUrl, apiKey, body, onEvent }: ModelRequest): Promise<ModelAnswer> {
  const response = await fetch(`${baseUrl}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' },
    body: JSON.stringify(body),
  });
  const requestId = response.headers.get('request-id') ?? undefined;
  if (!response.ok) {
    const answer: unknown = await response.json();
    const error = isJson(answer) ? objectOf(answer, 'error') : {};
    throw new ModelError(
      response.status,
      textOf(error, 'type') ?? 'api_error',
      textOf(error, 'message') ?? '',
      requestId,
    );
  }
  if (!body.stream) {
    const message: unknown = await response.json();
    if (!isJson(message)) throw new Error('the model answered no message');
    return { message, content: listOf(message, 'content') as Block[], requestId };
  }
  return { ...(await readStream(response, onEvent)), requestId };
}

async function readStream(response: Response, onEvent: (event: Json) => void) {
  let message: Json = {};
  const blocks: Json[] = [];
  const parts: string[] = [];

  const apply = (event: Json): void => {
    const index = Number(event['index'] ?? 0);
    if (event['type'] === 'message_start') message = objectOf(event, 'message');
    if (event['type'] === 'content_block_start') {
      blocks[index] = { ...objectOf(event, 'content_block') };
      parts[index] = '';
    }
    const delta = objectOf(event, 'delta');
    if (event['type'] === 'content_block_delta') {
      parts[index] += textOf(delta, 'text') ?? textOf(delta, 'partial_json') ?? '';
    }
    if (event['type'] === 'message_delta')
      message = { ...message, stop_reason: delta['stop_reason'], usage: event['usage'] };
    onEvent(event);
  };

  let pending = '';
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    pending += Buffer.from(chunk).toString('utf8');
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data: ')) apply(JSON.parse(line.slice('data: '.length)) as Json);
  }
  const content = blocks.map((block, at) =>
    block['type'] === 'text' ? { ...block, text: parts[at] } : { ...block, input: JSON.parse(parts[at] ?? '{}') },
  );
  return { message: { ...message, content }, content: content as unknown as Block[] };
}
