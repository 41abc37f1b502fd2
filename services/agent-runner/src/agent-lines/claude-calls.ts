import type { Emit } from './agent-lines.ts';
import { forgetOldest } from './forget-oldest.ts';
import { known, shortText } from '@telltale/answers/json-fields';
import { addBuckets, inputOf, mergeBuckets, restOf, tokenFields, type TokenBuckets } from './token-buckets.ts';

/** One message of the model while it is being printed. */
export type Message = {
  id: string;
  model: string;
  buckets: TokenBuckets;
  stopReason?: string | undefined;
  requestId?: string | undefined;
  ttftMs?: number | undefined;
  toolCalls: number;
  streamed: boolean;
  attempt?: number | undefined;
  clientSession?: string | undefined;
  clientAgent?: string | undefined;
  clientAgentName?: string | undefined;
};

/** More messages than a client repeats, and more models than it uses. */
const mostSeen = 100_000;
const mostModels = 1_000;

/** What the client itself says a model took since its last result. */
export type ModelTotal = { model: string; buckets: TokenBuckets; costUsd?: number | undefined };

type ModelState = {
  /** The newest message: held back, because only the result may say how much it wrote. */
  held: Message | null;
  sent: TokenBuckets;
  calls: number;
};

/**
 * Turns messages into `llm_call` records whose sums are the client's own totals.
 *
 * Without partial messages a line carries the usage of the message's start, where the output is not counted yet, so
 * output is left unknown. Each call goes out when the next begins; the newest waits for the result. The result's totals
 * minus what went out are then either its output alone, or also the calls that were never printed (titles, a
 * subagent's last word): those go out as one record.
 */
export function createClaudeCalls({ emit }: { emit: Emit }) {
  const models = new Map<string, ModelState>();
  const seen = new Set<string>();

  const stateOf = (model: string): ModelState => {
    const state = models.get(model) ?? { held: null, sent: {}, calls: 0 };
    models.set(model, state);
    forgetOldest(models, mostModels);
    return state;
  };

  const send = (message: Message, costUsd?: number): void => {
    const state = stateOf(message.model);
    state.sent = addBuckets(state.sent, message.buckets);
    state.calls += 1;
    const attributes = known({
      client_session_id: message.clientSession,
      client_agent_id: message.clientAgent,
      client_agent_name: message.clientAgentName,
    });
    emit({
      kind: 'llm_call',
      provider: 'anthropic',
      model: message.model,
      status: 'ok',
      origin: 'stdout',
      ...tokenFields(message.buckets),
      ...known({
        message_id: shortText(message.id),
        request_id: shortText(message.requestId),
        stop_reason: shortText(message.stopReason),
        ttft_ms: message.ttftMs,
        attempt: message.attempt,
        reported_cost_usd: costUsd,
      }),
      tool_calls: message.toolCalls,
      ...(message.streamed ? { streamed: true } : {}),
      ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    });
  };

  const release = (state: ModelState): void => {
    if (state.held !== null) send(state.held);
    state.held = null;
  };

  return {
    /** A message is complete as far as it was printed; a second report of the same message is no second call. */
    complete(message: Message): void {
      if (seen.has(message.id)) return;
      seen.add(message.id);
      forgetOldest(seen, mostSeen);
      const state = stateOf(message.model);
      release(state);
      if (message.buckets.output === undefined) state.held = message;
      else send(message);
    },
    isKnown: (id: string): boolean => seen.has(id),
    /** The client's totals; all that is held goes out. */
    settle(totals: readonly ModelTotal[]): void {
      for (const { model, buckets, costUsd } of totals) {
        const state = stateOf(nameInLines(model));
        const { held } = state;
        state.held = null;
        const before = held === null ? state.sent : addBuckets(state.sent, held.buckets);
        const rest = restOf(buckets, before);
        const unseenInput = (inputOf(rest) ?? 0) > 0;
        const only = state.calls === 0 ? costUsd : undefined;
        if (held !== null) {
          if (unseenInput) send(held);
          else send({ ...held, buckets: mergeBuckets(held.buckets, rest.output ? outputOf(rest, held) : {}) }, only);
        }
        if (unseenInput || (held === null && (rest.output ?? 0) > 0))
          sendRest(model, rest, held === null ? only : undefined);
      }
      this.end();
      models.clear();
    },
    end(): void {
      for (const state of models.values()) release(state);
    },
  };

  /** A total may be named by an alias, and a message by a dated name, of one model. */
  function nameInLines(model: string): string {
    if (models.has(model)) return model;
    return [...models.keys()].find((name) => name.startsWith(model) || model.startsWith(name)) ?? model;
  }

  function sendRest(model: string, rest: TokenBuckets, costUsd: number | undefined): void {
    emit({
      kind: 'llm_call',
      provider: 'anthropic',
      model,
      status: 'ok',
      origin: 'stdout',
      ...tokenFields(rest),
      ...known({ reported_cost_usd: costUsd }),
      attributes: { summary_of: 'calls that the client counted but did not print' },
    });
  }
}

/** The output that a held message gets: all that no printed call accounts for. */
const outputOf = (rest: TokenBuckets, held: Message): TokenBuckets =>
  known({ output: rest.output, reasoning: addBuckets(held.buckets, rest).reasoning });
