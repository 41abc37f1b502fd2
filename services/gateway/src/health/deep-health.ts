import type { DeepCheck, DeepHealth } from '@telltale/contracts/http/health';
import type { HealthResult } from '@telltale/clients/service-caller';
import type { Clock } from '@telltale/runtime/clock';
import { runCheck, type Check } from '../probes/check.ts';
import type { ServiceBeats } from './service-beats.ts';

/** A service around the runs; null: there is none here. */
export type OutsideCheck = { name: string; healthCheck: (() => Promise<HealthResult | null>) | null };

export type DeepHealthDeps = {
  postgres: Check;
  redis: Check;
  readBeats: () => Promise<ServiceBeats>;
  /** Those that a team enrolled, wherever they are. */
  readRunners: (teamId: string) => Promise<{ active: number; silent: number }>;
  outside: readonly OutsideCheck[];
  clock: Clock;
};

const withinMs = 6_000;
/** An answer is shared by all who ask within so long: what is outside must not be asked by everybody. */
const sharedMs = 5_000;

const notConfigured = (name: string, details: string): DeepCheck => ({
  name,
  status: 'not_configured',
  critical: false,
  latency_ms: null,
  details,
  error: null,
});

async function look(check: Check, critical: boolean): Promise<DeepCheck> {
  const { name, ok, details, latencyMs } = await runCheck(check, withinMs);
  const said = ok ? { details, error: null } : { details: null, error: details };
  return { name, status: ok ? 'healthy' : 'unhealthy', critical, latency_ms: Math.round(latencyMs * 10) / 10, ...said };
}

const beating = (name: string, service: string, readBeats: () => Promise<ServiceBeats>): Check => ({
  name,
  async look() {
    const beats = (await readBeats())[service] ?? [];
    const alive = beats.filter((beat) => beat.alive && (beat.trouble ?? null) === null);
    const details = `${alive.length} of ${beats.length} alive`;
    if (alive.length > 0 && alive.length === beats.length) return details;
    const trouble = beats.map((beat) => beat.trouble ?? null).find((words) => words !== null);
    throw new Error(trouble === undefined || trouble === null ? details : `${details}; ${trouble}`);
  },
});

/** Asks everything at once and never throws: what does not answer is part of the answer. */
export function createDeepHealthReader(deps: DeepHealthDeps): (teamId: string) => Promise<DeepHealth> {
  const { postgres, redis, readBeats, readRunners, outside, clock } = deps;

  const runners = async (teamId: string): Promise<DeepCheck> => {
    const words = async (): Promise<{ details: string; silent: boolean } | null> => {
      const beside = (await readBeats())['agent-runner'] ?? [];
      const enrolled = await readRunners(teamId);
      if (beside.length + enrolled.active + enrolled.silent === 0) return null;
      const alive = beside.filter((beat) => beat.alive).length;
      const parts = [
        ...(beside.length === 0 ? [] : [`${alive} of ${beside.length} beside the stream`]),
        ...(enrolled.active + enrolled.silent === 0
          ? []
          : [`${enrolled.active} of ${enrolled.active + enrolled.silent} of the team`]),
      ];
      return { details: `${parts.join(', ')} alive`, silent: alive < beside.length || enrolled.silent > 0 };
    };
    let none = false;
    const check: Check = {
      name: 'runners',
      async look() {
        const said = await words();
        none = said === null;
        if (said?.silent === true) throw new Error(said.details);
        return said?.details ?? '';
      },
    };
    const looked = await look(check, false);
    return none ? notConfigured('runners', 'no runner has started') : looked;
  };

  const ask = async ({ name, healthCheck }: OutsideCheck): Promise<DeepCheck> => {
    if (healthCheck === null) return notConfigured(name, 'is not set up');
    const result = await healthCheck().catch((error: unknown) => ({ ok: false, latency_ms: 0, detail: String(error) }));
    if (result === null) return notConfigured(name, 'has not started');
    const { ok, latency_ms, detail = null } = result;
    const said = ok ? { details: detail, error: null } : { details: null, error: detail ?? 'it does not answer' };
    return {
      name,
      status: ok ? 'healthy' : 'unhealthy',
      critical: false,
      latency_ms: Math.round(latency_ms * 10) / 10,
      ...said,
    };
  };

  /** Of the whole instance. */
  const askAll = () =>
    Promise.all([
      look(postgres, true),
      look(redis, true),
      look(beating('collectors', 'collector', readBeats), true),
      look(beating('aggregators', 'aggregator', readBeats), true),
      ...outside.map(ask),
    ]);

  let shared: { at: number; answer: Promise<DeepCheck[]> } | undefined;
  return async (teamId) => {
    const now = clock.monotonic();
    if (shared === undefined || now - shared.at >= sharedMs) shared = { at: now, answer: askAll() };
    const [all, own] = await Promise.all([shared.answer, runners(teamId)]);
    const checks = [...all, own];
    const bad = checks.filter(({ status }) => status === 'unhealthy');
    return {
      overall_status: bad.some(({ critical }) => critical) ? 'unhealthy' : bad.length > 0 ? 'degraded' : 'healthy',
      timestamp: new Date(clock.now()).toISOString(),
      checks,
    };
  };
}
