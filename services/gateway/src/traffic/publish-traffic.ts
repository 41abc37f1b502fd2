import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { StreamBatch } from '@telltale/contracts/batch';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { trafficTeam, type EndpointTraffic } from './endpoint-traffic.ts';

const everyMs = 60_000;

/**
 * Publishes once a minute what was counted, and the rest when disposed. A batch that the relay did not take is offered
 * again under the same number, so that it counts once; what is counted meanwhile goes with the next.
 */
export function publishTraffic(options: {
  traffic: EndpointTraffic;
  relay: { accept(batch: StreamBatch): Promise<unknown> };
  clock: Clock;
  log: Log;
}): AsyncDisposable {
  const { traffic, relay, clock, log } = options;
  const makeId = createUuidV7(clock.now);
  const producer_id = makeId();
  const host = hostname();
  let seq = 0;
  let issued = 0;
  let pending: StreamBatch | undefined;

  const next = (): StreamBatch | undefined => {
    const at = new Date(clock.now()).toISOString();
    const records = traffic.drain(() => ({ id: makeId(), at, host }));
    if (records.length === 0) return undefined;
    seq += 1;
    issued += records.length;
    const ids_hash = createHash('sha256').update(idsHashInput(records)).digest('hex');
    const named = { v: 1 as const, team_id: trafficTeam, producer_id, seq, ids_hash };
    return { ...named, received_at: at, issued, rejected: 0, records };
  };
  const publish = async (): Promise<void> => {
    pending ??= next();
    if (pending === undefined) return;
    await relay.accept(pending);
    pending = undefined;
  };

  const loop = startLoop({ name: 'traffic', turn: publish, everyMs, maxBackoffMs: everyMs, clock, log });
  return {
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      try {
        await publish();
        await publish();
      } catch (error) {
        log.warn({ err: error }, 'the last minute of traffic was not published');
      }
    },
  };
}
