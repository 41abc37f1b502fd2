import { TelltaleError } from '@telltale/contracts/errors';
import type { ServiceStatus } from '@telltale/contracts/http/health';
import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { ok, problem, skipped, warning, type Finding } from './finding.ts';

/** Records whose clock is further ahead than 10 minutes are clamped; long before that, live times look odd. */
const skewWarnMs = 2_000;
const skewProblemMs = 60_000;

const remedies: readonly [RegExp, string][] = [
  [/^postgresql/, 'see that PostgreSQL runs and that TELLTALE_DATABASE_URL is right'],
  [/^redis/, 'see that Redis runs and that TELLTALE_REDIS_URL is right; nothing is lost meanwhile'],
  [/^stream/, 'start another collector, or see why the store is slow (the lines of collectors say)'],
  [/^rollups/, 'see the log of the aggregator; `telltale repair --from <day>` makes wrong rows anew'],
  [
    /^(collector|aggregator|gateway|agent-runner)/,
    'see the log of that service; `telltale up` starts it again by itself',
  ],
];
const remedyOf = (name: string): string => remedies.find(([pattern]) => pattern.test(name))?.[1] ?? 'see its log';

const lineOf = ({ name, status, details }: ServiceStatus): Finding =>
  status === 'unhealthy' || status === 'disconnected'
    ? problem(name, details, remedyOf(name))
    : status === 'not_configured'
      ? skipped(name, details)
      : ok(name, details);

const isCode = (error: unknown, code: string): boolean => error instanceof TelltaleError && error.code === code;

/** The gateway and what it says of all services. Answers what else may be asked, or why nothing may. */
export async function checkGateway(api: TelltaleApi, url: string): Promise<{ findings: Finding[]; answers: boolean }> {
  const from = Date.now();
  let health;
  try {
    health = await api.health();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (isCode(error, 'unauthenticated')) {
      const remedy = 'make another with `telltale keys create`, and name its file with --api-key-file';
      return { findings: [problem('key', `${url} does not know the key`, remedy)], answers: false };
    }
    if (isCode(error, 'forbidden')) {
      const remedy = 'use a key with the scope read: `telltale keys create --scopes read,admin …`';
      return { findings: [problem('key', `the key may not read: ${why}`, remedy)], answers: false };
    }
    const remedy = 'see that it runs there and that --url is right';
    return { findings: [problem('gateway', `${url} does not answer: ${why}`, remedy)], answers: false };
  }
  const took = Date.now() - from;
  const skew = Date.parse(health.timestamp) - (from + took / 2);
  const findings = [ok('gateway', `${url} answers in ${took} ms`), clockFinding(skew, took)];
  return { findings: [...findings, ...health.service_statuses.map(lineOf)], answers: true };
}

/** How far the gateway's clock is off, in ms; `tookMs` is how long asking it took. */
export function clockFinding(skewMs: number, tookMs: number): Finding {
  // Half of the way there and back cannot be told from a clock that is off.
  const certain = Math.max(0, Math.abs(skewMs) - tookMs / 2);
  const details = `the gateway's clock is ${(Math.abs(skewMs) / 1_000).toFixed(1)} s ${skewMs < 0 ? 'behind' : 'ahead'}`;
  const remedy = 'let both machines take their time from a time server (timedatectl set-ntp true)';
  if (certain > skewProblemMs) return problem('clock', details, remedy);
  if (certain > skewWarnMs) return warning('clock', details, remedy);
  return ok('clock', 'agrees with the gateway’s');
}

/** What the key may do, found by asking. */
export async function checkKey(api: TelltaleApi): Promise<Finding> {
  try {
    await api.deadLetters({ limit: 1 });
    return ok('key', 'may read and administer');
  } catch (error) {
    if (!isCode(error, 'forbidden')) throw error;
    return ok('key', 'may read; dead letters need the scope admin');
  }
}
