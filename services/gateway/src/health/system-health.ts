import type { ServiceStatus, SystemHealth } from '@telltale/contracts/http/health';
import type { Clock } from '@telltale/runtime/clock';
import { runCheck, type Check } from '../probes/check.ts';
import { dayLines } from './day-check.ts';
import { newestCheck, withCheck } from './rollup-check.ts';
import type { ServiceBeats } from './service-beats.ts';

export type HealthDeps = {
  postgres: Check;
  redis: Check;
  readBeats: () => Promise<ServiceBeats>;
  readStreamLagMs: () => Promise<number>;
  readRollupLagMs: () => Promise<number>;
  /** Why this gateway takes nothing in; null while it does. */
  intakeClosedBy: () => 'memory' | 'lag' | null;
  clock: Clock;
};

const withinMs = 2_000;
/** Beyond these a backlog is not the normal breath of the system. */
const streamLagLimitMs = 30_000;
const rollupLagLimitMs = 60_000;
/** An answer is shared by all who ask within so long: asking must stay cheap when many do. */
const sharedMs = 1_000;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

function lagCheck(name: string, what: string, limitMs: number, readLagMs: () => Promise<number>): Check {
  return {
    name,
    async look() {
      const lag = await readLagMs();
      const details =
        lag === 0 ? `nothing waits to be ${what}` : `the oldest batch waits for ${seconds(lag)} to be ${what}`;
      if (lag > limitMs) throw new Error(details);
      return details;
    },
  };
}

/** One line a living or lately lost instance; a service that must be there and has none is one unhealthy line. */
function beatLines(service: string, beats: ServiceBeats[string] | null, needed: boolean): ServiceStatus[] {
  if (beats === null) return [{ name: service, status: 'unhealthy', details: 'not known while Redis does not answer' }];
  if (beats.length === 0) {
    return needed
      ? [{ name: service, status: 'unhealthy', details: 'no instance says that it is alive' }]
      : [{ name: service, status: 'not_configured', details: 'no instance has started' }];
  }
  return beats.map(({ instance, alive, details, trouble = null }) => ({
    name: `${service} ${instance}`,
    status: alive && trouble === null ? ('healthy' as const) : ('unhealthy' as const),
    details: trouble === null ? details : `${trouble}; ${details}`,
  }));
}

const closedDetails = {
  memory: 'closed: the memory of Redis is used to 80 %; senders keep what they have and come back by themselves',
  lag: 'closed: storing is too far behind; senders keep what they have and come back by themselves',
};

/** Whether records are taken in: a gateway that sends everybody away is not well, whatever else is. */
const intakeLine = (closed: keyof typeof closedDetails | null): ServiceStatus =>
  closed === null
    ? { name: 'intake', status: 'healthy', details: 'records are taken in' }
    : { name: 'intake', status: 'unhealthy', details: closedDetails[closed] };

const isBad = ({ status }: ServiceStatus): boolean => status === 'unhealthy' || status === 'disconnected';

/** Asks everything at once, each within 2 s, and never throws: what does not answer is part of the answer. */
export function createHealthReader(deps: HealthDeps): () => Promise<SystemHealth> {
  const { postgres, redis, clock } = deps;
  const stream = lagCheck('stream', 'stored', streamLagLimitMs, deps.readStreamLagMs);
  const rollups = lagCheck('rollups', 'folded', rollupLagLimitMs, deps.readRollupLagMs);

  const ask = async (): Promise<SystemHealth> => {
    let beats: ServiceBeats | null = null;
    const heartbeats: Check = {
      name: 'heartbeats',
      async look() {
        beats = await deps.readBeats();
        return '';
      },
    };
    const connections = Promise.all([postgres, redis].map((check) => runCheck(check, withinMs)));
    const lags = Promise.all([stream, rollups].map((check) => runCheck(check, withinMs)));
    await runCheck(heartbeats, withinMs);
    const known = beats as ServiceBeats | null;
    const of = (service: string) => (known === null ? null : (known[service] ?? []));
    const collectors = beatLines('collector', of('collector'), true);
    const aggregators = beatLines('aggregator', of('aggregator'), true);
    const connected = (await connections).map(({ name, ok, details, latencyMs }): ServiceStatus => ({
      name,
      status: ok ? 'connected' : 'disconnected',
      details: ok ? `${details}, answered in ${latencyMs.toFixed(0)} ms` : details,
    }));
    const check = newestCheck((of('aggregator') ?? []).map((beat) => beat.check));
    const lagging = (await lags).map(({ name, ok, details }): ServiceStatus => {
      const line: ServiceStatus = { name, status: ok ? 'healthy' : 'unhealthy', details };
      return name === rollups.name ? withCheck(line, check) : line;
    });
    const statuses = [
      ...connected,
      ...lagging,
      ...dayLines((of('aggregator') ?? []).map((beat) => beat.dayTrouble)),
      intakeLine(deps.intakeClosedBy()),
      ...collectors,
      ...aggregators,
      ...beatLines('gateway', of('gateway'), false),
      ...beatLines('agent-runner', of('agent-runner'), false),
    ];
    const down = connected.some(isBad) || collectors.every(isBad) || aggregators.every(isBad);
    return {
      overall_status: down ? 'unhealthy' : statuses.some(isBad) ? 'degraded' : 'healthy',
      timestamp: new Date(clock.now()).toISOString(),
      service_statuses: statuses,
    };
  };

  let shared: { at: number; answer: Promise<SystemHealth> } | undefined;
  return () => {
    const now = clock.monotonic();
    if (shared === undefined || now - shared.at >= sharedMs) shared = { at: now, answer: ask() };
    return shared.answer;
  };
}
