import type { DeliveryAnswer } from '@telltale/contracts/http/delivery';
import type { Clock } from '@telltale/runtime/clock';
import { createLifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { connectBlockingReader, type StreamConnection } from '@telltale/stream/connect';
import { createIntakeGate } from '@telltale/stream/intake-gate';
import { createLiveChannel } from '@telltale/stream/live-read';
import type { BatchPublisher } from '@telltale/stream/publish-batch';
import { startCanary } from '../canary/start-canary.ts';
import type { GatewayConfig } from '../config.ts';
import type { GatewayMetrics } from '../gateway-metrics.ts';
import type { Relay } from '../telemetry/relay.ts';
import { guardRelay } from './guard-relay.ts';
import { createTeamRates } from './team-rates.ts';

/** What the gateway does about overload: who may send how much, and how long the whole path takes. */
export type Intake = AsyncDisposable & {
  /** A relay that refuses when there is no room for more. */
  guard(relay: Relay): Relay;
  read(): Pick<DeliveryAnswer, 'canary' | 'intake'>;
};

export function openIntake(options: {
  config: Pick<GatewayConfig, 'intake' | 'canary' | 'redisUrl'>;
  redis: StreamConnection;
  publisher: BatchPublisher;
  metrics: Pick<GatewayMetrics, 'countRefused' | 'refused' | 'timeCanary' | 'watchGate'>;
  clock: Clock;
  log: Log;
}): Intake {
  const { config, redis, publisher, metrics, clock, log } = options;
  const { maxLagMs, teamShare, teamRate, teamRates } = config.intake;
  const life = createLifecycle({ log });
  const gate = life.use('gate', createIntakeGate({ redis, limits: { lagMs: maxLagMs, teamShare }, clock, log }));
  metrics.watchGate(gate.state);
  const rates = createTeamRates({ rateOf: (team) => teamRates.get(team) ?? teamRate, now: clock.monotonic });
  const connectReader = (name: string) =>
    connectBlockingReader({ url: config.redisUrl, name: `telltale-gateway-canary-${name}` });
  // Past the gate: a path that is closed to others is to be timed all the same, and one record a second closes nothing.
  const canary = config.canary
    ? life.use(
        'canary',
        startCanary({
          publisher,
          stream: createLiveChannel({ redis, connectReader, clock, log }),
          onSeen: metrics.timeCanary,
          clock,
          log,
        }),
      )
    : null;

  return {
    guard: (relay) => guardRelay({ relay, gate, rates, onRefused: metrics.countRefused }),
    read() {
      const { closed, pressure } = gate.state();
      return {
        canary: canary?.lags() ?? null,
        intake: {
          open: closed === null,
          reason: closed,
          stream_used_bytes: pressure?.usedBytes ?? null,
          stream_limit_bytes: pressure?.limitBytes ?? null,
          waiting_batches: pressure?.batches ?? null,
          refused: { ...metrics.refused() },
        },
      };
    },
    [Symbol.asyncDispose]: () => life[Symbol.asyncDispose](),
  };
}
