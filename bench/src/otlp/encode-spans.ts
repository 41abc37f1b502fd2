/** The least of protobuf that a request of spans needs. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

const bytes = (field: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(content.length)]), content]);
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value));
const number = (field: number, value: number): Buffer => Buffer.from([...varint(field * 8), ...varint(value)]);

function time(field: number, ms: number): Buffer {
  const fixed = Buffer.alloc(9);
  fixed[0] = field * 8 + 1;
  fixed.writeBigUInt64LE(BigInt(ms) * 1_000_000n, 1);
  return fixed;
}

const attribute = (key: string, value: string | number): Buffer =>
  bytes(9, Buffer.concat([text(1, key), bytes(2, typeof value === 'string' ? text(1, value) : number(3, value))]));

/** One inference span of the GenAI conventions: what a client of a model sends most. */
function span(traceId: Buffer, spanId: Buffer, at: number): Buffer {
  return Buffer.concat([
    bytes(1, traceId),
    bytes(2, spanId),
    text(5, 'chat gpt-5'),
    number(6, 3),
    time(7, at - 900),
    time(8, at),
    attribute('gen_ai.operation.name', 'chat'),
    attribute('gen_ai.provider.name', 'openai'),
    attribute('gen_ai.request.model', 'gpt-5'),
    attribute('gen_ai.response.id', `resp_${spanId.toString('hex')}`),
    attribute('gen_ai.conversation.id', `session-${spanId[0] ?? 0}`),
    attribute('gen_ai.usage.input_tokens', 9_000),
    attribute('gen_ai.usage.cache_read.input_tokens', 6_000),
    attribute('gen_ai.usage.output_tokens', 77),
  ]);
}

/** A request of `count` spans of one agent, as an exporter sends them; no two have a span in common. */
export function encodeSpans({ request, count, at }: { request: number; count: number; at: number }): Buffer {
  const traceId = Buffer.alloc(16);
  traceId.writeUInt32BE(request + 1, 12);
  const spans = Array.from({ length: count }, (_, index) => {
    const spanId = Buffer.alloc(8);
    spanId[0] = index % 50;
    spanId.writeUInt32BE(request * count + index + 1, 4);
    return bytes(2, span(traceId, spanId, at));
  });
  const agent = bytes(1, Buffer.concat([text(1, 'agent.id'), bytes(2, text(1, `agent-${request % 20}`))]));
  const scope = bytes(2, Buffer.concat([bytes(1, text(1, 'bench')), ...spans]));
  return bytes(1, Buffer.concat([bytes(1, agent), scope]));
}
