import type { RecordOf } from '@telltale/contracts/records/record';
import { systemTeam } from '@telltale/contracts/system-team';

export const trafficTeam = systemTeam;
export const trafficAgent = 'gateway';

export type EndpointMinute = RecordOf<'endpoint_minute'>;
export type Answered = { method: string; route: string; status: number; ms: number };
export type EndpointTraffic = {
  count(answer: Answered): void;
  /** What was counted since the last time, a record each route and method. */
  drain(stamp: () => Pick<EndpointMinute, 'id' | 'at' | 'host'>): EndpointMinute[];
};

type Counts = Omit<EndpointMinute, 'v' | 'id' | 'at' | 'agent_id' | 'kind'>;

const binOf = (ms: number): string => (ms <= 0 ? 'z' : String(Math.ceil(Math.log(ms) / Math.log(1.02))));

/** Counts answers by route as declared and by method. */
export function createEndpointTraffic(): EndpointTraffic {
  let counts = new Map<string, Counts>();
  return {
    count({ method, route, status, ms }) {
      const key = `${method} ${route}`;
      const row = counts.get(key) ?? { route, method, requests: 0, errors_4xx: 0, errors_5xx: 0, latency_bins: {} };
      counts.set(key, row);
      row.requests += 1;
      if (status >= 500) row.errors_5xx += 1;
      else if (status >= 400) row.errors_4xx += 1;
      const bin = binOf(ms);
      row.latency_bins[bin] = (row.latency_bins[bin] ?? 0) + 1;
    },
    drain(stamp) {
      const rows = [...counts.values()];
      counts = new Map();
      return rows.map((row) => ({ v: 1, agent_id: trafficAgent, kind: 'endpoint_minute', ...stamp(), ...row }));
    },
  };
}
