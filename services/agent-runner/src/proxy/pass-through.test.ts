import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '@telltale/runtime/clock';
import { expect, test } from 'vitest';
import { encoders, startProvider, type Encoding } from '@telltale/testkit/fake-provider';
import { chatStream } from '@telltale/testkit/chat-stream';
import { answers } from '@telltale/testkit/provider-answers';
import { talk } from '../test-support/talk.ts';
import type { CallRecord } from '@telltale/answers/call-meter';
import { startMeteringProxy } from './metering-proxy.ts';
import { upstreamOf, type Upstream } from './upstreams.ts';

const streams = 560;
const atOnce = 16;
const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
}

/** A recorded answer, one of random events, or plain noise; a large one now and then. */
function bodyFor(random: () => number, recorded: readonly Buffer[]): Buffer {
  const kind = random();
  if (kind < 0.4) return recorded[Math.floor(random() * recorded.length)] ?? Buffer.alloc(0);
  const size = Math.floor(random() ** 3 * 200_000);
  const noise = Buffer.from(Array.from({ length: Math.min(size, 4_000) }, () => Math.floor(random() * 256)));
  const bytes = Buffer.concat(Array.from({ length: Math.ceil(size / 4_000) }, () => noise));
  if (kind < 0.7) return bytes;
  const text = bytes.toString('base64').slice(0, 3_000);
  const event = (data: unknown): string => `event: x\r\ndata: ${JSON.stringify(data)}\n\n`;
  return Buffer.from(
    event({ type: 'message_start', message: { id: text.slice(0, 9), usage: { input_tokens: 3 } } }) +
      event({ type: 'content_block_delta', delta: { text } }) +
      (random() < 0.5 ? event({ type: 'message_stop' }) : 'data: {"usage": {"input_tokens": '),
  );
}

test(`${streams} recorded and random streams, in any pieces and coding, pass with the same hash, both ways`, async () => {
  const recorded = [...Object.values(answers).map(({ body }) => body), chatStream(true), chatStream(false)];
  const paths = [...new Set(Object.values(answers).map(({ path }) => path))];
  const codings = Object.keys(encoders) as Encoding[];
  const expected = new Map<string, string>();
  const seen = new Map<string, string>();

  await using provider = await startProvider(async (request, response, body) => {
    const id = String(request.headers['x-id']);
    const random = randomOf(Number(id));
    const coding = codings[Math.floor(random() * codings.length)] ?? 'identity';
    const bytes = encoders[coding](bodyFor(random, recorded));
    seen.set(id, hash(body));
    expected.set(id, hash(bytes));
    const sized = random() < 0.3 ? { 'content-length': String(bytes.length) } : {};
    response.writeHead(200, { 'content-encoding': coding, ...sized });
    for (let at = 0; at < bytes.length;) {
      const end = at + 1 + Math.floor(random() ** 4 * 60_000);
      response.write(bytes.subarray(at, end));
      at = end;
      if (random() < 0.2) await turn();
    }
    response.end();
  });
  const calls: CallRecord[] = [];
  await using proxy = await startMeteringProxy({
    upstreams: [upstreamOf('openai', provider.url) as Upstream],
    onCall: (call) => calls.push(call),
    env: {},
    clock: systemClock,
  });

  const differing: string[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    for (let id = next++; id < streams; id = next++) {
      const random = randomOf(id + 10_000);
      const sent = bodyFor(random, [Buffer.from('{"model":"m","messages":[]}')]);
      const path = paths[id % paths.length] ?? '/';
      const answer = await talk(`${proxy.urls.get('openai') ?? ''}${path}`, {
        headers: { 'x-id': String(id) },
        body: sent,
      });
      if (hash(answer.body) !== expected.get(String(id))) differing.push(`answer ${id}`);
      if (seen.get(String(id)) !== hash(sent)) differing.push(`request ${id}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  expect(differing).toEqual([]);
  await proxy[Symbol.asyncDispose]();
  expect(calls).toHaveLength(streams);
});
