import type { Agent, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '@telltale/runtime/clock';
import { createCallMeter, type CallEnd, type CallMeter, type CallRecord } from '@telltale/answers/call-meter';
import { shapeOf, type CallShape } from '@telltale/answers/call-shape';
import { handBackHeader } from '../limits/hand-back.ts';
import { passedOn } from './headers.ts';
import { passAnswer, type AnswerEnd } from './pass-answer.ts';
import { providerError } from './provider-error.ts';
import { spanHeader, type SpanBetweenRuns, type SpansBetweenRuns } from './span-between-runs.ts';
import { readRequestBody } from './request-body.ts';
import { readRequest, type RequestFacts } from '@telltale/answers/read-request';
import { answerOf, openUpstream, sendUpstream, type UpstreamRequest } from './send-upstream.ts';
import { stripTransforms } from './strip-transform.ts';
import { createToolUses, type UseRecord } from './tool-uses.ts';
import type { Upstream } from './upstreams.ts';
import { askForUsage } from './usage-chunk.ts';

/** What is known of a call before it goes out. */
export type CallRequest = {
  shape: CallShape;
  upstream: Upstream;
  facts: RequestFacts;
  bodyBytes: number;
  /** Which of the agents in the run's process says that it makes it. */
  agent?: string | undefined;
  /** Whether it has a word in what it says, or in the header by which an agent hands back. */
  says?: (word: string) => boolean;
  /** Its sender says that it can hand back. */
  canHandBack?: boolean;
};
export type Refusal = { status: number; type: string; message: string };
export type Admission = { refused: Refusal } | { settle(call: CallRecord): void };
/** Lets a call through or refuses it; one that was let through is settled exactly once. */
export type CallGate = (call: CallRequest) => Admission | Promise<Admission>;

type Call = {
  request: IncomingMessage;
  response: ServerResponse;
  upstream: Upstream;
  path: string;
  left: AbortSignal;
  /** Where it goes through the proxies of several runs. */
  between?: SpanBetweenRuns | undefined;
};

type OnUse = Parameters<typeof createCallMeter>[0]['onUse'];
type SentCall = { shape: CallShape; chunks: Buffer[]; facts: RequestFacts; meter: CallMeter; onSent: () => void };

/** Which of several agents in one process makes a call; for us, not for the provider. */
const agentHeader = 'telltale-agent';
/** An error answer to a changed request is read to this length to see whether the change was at fault. */
const mostErrorBytes = 64 * 1024;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Sends requests on and answers back; reads what the calls among them used. */
export function createForwarder({
  agentOf: connectionsOf,
  onCall,
  onUse,
  gate,
  callerOf,
  spans,
  wayOnward,
  notices,
  clock,
}: {
  /** The connections to an upstream. */
  agentOf: (upstream: Upstream) => Agent;
  onCall: (call: CallRecord) => void;
  onUse: (use: UseRecord) => void;
  gate: CallGate | undefined;
  /** Whose process is at the other end of a connection; asked where a call does not say it. */
  callerOf: ((socket: Socket) => string | undefined) | undefined;
  spans: SpansBetweenRuns;
  /** The way into an upstream that is the proxy of the run around this one; undefined: it is not. */
  wayOnward: (upstream: Upstream) => string | undefined;
  notices: () => Readonly<Record<string, string>>;
  clock: Clock;
}) {
  const running = new Set<Promise<void>>();
  const toolUses = createToolUses({ onUse, clock });
  let open = 0;
  /** Upstreams that do not know the question for usage, and those that answered it once. */
  const neverAsk = new Set<Upstream>();
  const knowing = new Set<Upstream>();

  const agentOf = (request: IncomingMessage): string | undefined => {
    const named = request.headers[agentHeader];
    return typeof named === 'string' && named !== '' ? named.slice(0, 200) : callerOf?.(request.socket);
  };

  const targetOf = ({ request, upstream, path, between }: Call, length?: number): UpstreamRequest => ({
    origin: upstream.base,
    method: request.method ?? 'GET',
    path,
    headers: [
      ...passedOn(request.rawHeaders, {
        [agentHeader]: null,
        [handBackHeader]: null,
        [spanHeader]: null,
        host: upstream.base.host,
        ...(length === undefined || request.headers['content-length'] === undefined
          ? {}
          : { 'content-length': String(length) }),
      }),
      ...(between?.onward === undefined ? [] : [spanHeader, between.onward]),
      // Without a length the pieces say how long they are, as the client's did.
      ...(request.headers['transfer-encoding'] === undefined ? [] : ['Transfer-Encoding', 'chunked']),
    ],
    agent: connectionsOf(upstream),
  });

  const refuse = (call: Call, shape: CallShape | null, { status, type, message }: Refusal): void => {
    const { response } = call;
    if (response.headersSent || response.destroyed) return void response.destroy();
    const body = providerError(shape?.wire, status, type, message);
    const retry = status === 402 ? { 'x-should-retry': 'false' } : {};
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...retry };
    response.writeHead(status, { ...headers, ...notices() }).end(body);
  };

  const unreachable = (call: Call, shape: CallShape | null, error: unknown): CallEnd => {
    if (call.left.aborted) return { how: 'client_left' };
    const message = `${call.upstream.base.origin} could not be reached: ${messageOf(error)}`;
    refuse(call, shape, { status: 502, type: 'upstream_unreachable', message });
    return { how: 'unreachable', message };
  };

  /** Everything that is no call: straight through. */
  const pass = async (call: Call, before: readonly Buffer[] = [], meter: CallMeter | null = null): Promise<CallEnd> => {
    const { request, response } = call;
    try {
      const upstream = openUpstream(targetOf(call));
      const answer = await answerOf(upstream, call.left, () => {
        for (const chunk of before) upstream.write(chunk);
        request.pipe(upstream);
      });
      meter?.answered({ status: answer.statusCode ?? 0, headers: answer.headers });
      return { how: await passAnswer({ answer, response, headers: notices(), transforms: [], beside: meter }) };
    } catch (error) {
      return unreachable(call, null, error);
    }
  };

  /** The answer to the request as we changed it, or as the client sent it when the change was refused. */
  const ask = async (
    call: Call,
    asked: Buffer,
    body: Buffer,
    meter: CallMeter,
    onSent: () => void,
  ): Promise<{ answer: IncomingMessage; asked: boolean }> => {
    const answer = await sendUpstream(targetOf(call, asked.length), [asked], call.left, onSent);
    if (answer.statusCode === 200) knowing.add(call.upstream);
    const isRefused = answer.statusCode === 400 || answer.statusCode === 422;
    if (!isRefused || knowing.has(call.upstream)) return { answer, asked: true };
    let size = 0;
    const chunks: Buffer[] = [];
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= mostErrorBytes) chunks.push(chunk);
    }
    // Whatever it complains of, only the client's own request may tell the client.
    if (/stream_options|include_usage/.test(Buffer.concat(chunks).toString('latin1'))) neverAsk.add(call.upstream);
    else {
      // The provider was asked twice and counts two; what the client hears is told by the other one.
      meter.answered({ status: answer.statusCode ?? 0, headers: answer.headers });
      for (const chunk of chunks) meter.push(chunk);
      onCall(await meter.finish({ how: 'whole' }));
    }
    return { answer: await sendUpstream(targetOf(call, body.length), [body], call.left), asked: false };
  };

  const sendCall = async (call: Call, { shape, chunks, facts, meter, onSent }: SentCall): Promise<AnswerEnd> => {
    const plain = call.request.headers['content-encoding'] === undefined;
    const mayAsk = shape.wire === 'openai_chat' && plain && facts.streamed === true && !neverAsk.has(call.upstream);
    const body = mayAsk ? Buffer.concat(chunks) : null;
    const changed = body === null ? null : askForUsage(body, facts);
    const sent =
      body === null || changed === null
        ? { answer: await sendUpstream(targetOf(call), chunks, call.left, onSent), asked: false }
        : await ask(call, changed, body, meterOf(call, shape, facts), onSent);
    const { answer } = sent;
    const isRefused = answer.statusCode === 400 || answer.statusCode === 422;
    if (isRefused && call.between !== undefined) spans.mayTellAgain(call.between);
    meter.answered({ status: answer.statusCode ?? 0, headers: answer.headers });
    const isStream = /^text\/event-stream/i.test(answer.headers['content-type'] ?? '');
    const transforms = sent.asked && isStream ? stripTransforms(answer.headers['content-encoding']) : [];
    return passAnswer({
      answer,
      response: call.response,
      headers: notices(),
      transforms: transforms ?? [],
      beside: meter,
    });
  };

  const meterOf = (call: Call, shape: CallShape, facts: RequestFacts = {}, onUse?: OnUse): CallMeter => {
    const requestHeaders = call.request.headers;
    const meter = createCallMeter({
      shape,
      provider: providerOf(call, shape),
      requestHeaders,
      span: call.between?.span,
      onUse,
      clock,
    });
    meter.request(facts);
    return meter;
  };

  const forwardCall = async (call: Call, shape: CallShape): Promise<void> => {
    const { request, upstream } = call;
    const agent = agentOf(request);
    const { wire } = shape;
    const uses = spans.isWithin(request.headers) ? null : toolUses.call({ wire, agent, headers: request.headers });
    const meter = meterOf(call, shape, {}, uses?.asks);
    let admission: Admission | null = null;
    let end: CallEnd;
    try {
      const { chunks, whole } = await readRequestBody(request);
      const readable = request.headers['content-encoding'] === undefined;
      const facts = readable ? readRequest(chunks) : {};
      meter.request(facts);
      if (readable) uses?.request(chunks, facts);
      const bodyBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      const asked = { shape, upstream, facts, bodyBytes, agent, ...handBackOf(request, chunks) };
      admission = gate === undefined ? null : await gate(asked);
      if (admission !== null && 'refused' in admission) {
        refuse(call, shape, admission.refused);
        end = { how: 'refused', type: admission.refused.type, message: admission.refused.message };
      } else if (whole) {
        const onSent = (): void => uses?.look({ early: true });
        end = { how: await sendCall(call, { shape, chunks, facts, meter, onSent }) };
      } else {
        if (readable) uses?.follow(request);
        end = await pass(call, chunks, meter);
      }
    } catch (error) {
      end = unreachable(call, shape, error);
    }
    uses?.look();
    const record = await meter.finish(end);
    uses?.ended();
    if (admission !== null && 'settle' in admission) admission.settle(record);
    onCall(agent === undefined ? record : { ...record, agent_id: agent });
  };

  return {
    forward(request: IncomingMessage, response: ServerResponse, upstream: Upstream, path: string): Promise<void> {
      const gone = new AbortController();
      response.once('close', () => (response.writableFinished ? undefined : gone.abort()));
      // Its errors are the client's leaving, which `close` tells.
      response.on('error', () => undefined);
      request.on('error', () => undefined);
      const shape = shapeOf(request.method ?? '', path.split('?', 1)[0] ?? '');
      const between = shape === null ? undefined : spans.of(request.headers, wayOnward(upstream));
      const call: Call = { request, response, upstream, path, left: gone.signal, between };
      if (shape !== null) open += 1;
      const done = (shape === null ? pass(call).then(() => undefined) : forwardCall(call, shape)).finally(() => {
        if (shape !== null) open -= 1;
        running.delete(done);
      });
      running.add(done);
      return done;
    },
    open: () => open,
    settled: async (): Promise<void> => {
      await Promise.allSettled(running);
    },
  };
}

/** What a request says of handing back. */
function handBackOf(
  { headers }: IncomingMessage,
  chunks: readonly Buffer[],
): Pick<CallRequest, 'says' | 'canHandBack'> {
  const told = headers[handBackHeader];
  return {
    canHandBack: told !== undefined,
    // Only asked for once a run is near its limit: then it may cost a look through the whole.
    says: (word) => told === word || Buffer.concat(chunks).includes(word),
  };
}

/** Ollama speaks for itself; else the host of the upstream says whose API it is. */
const providerOf = ({ upstream }: Call, { wire }: CallShape): string | undefined =>
  wire === 'ollama' ? 'ollama' : upstream.provider;
