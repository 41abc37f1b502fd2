import type { ServiceStatus } from '@telltale/contracts/http/health';
import { z } from 'zod';

/** What an aggregator's hourly comparison of rollups with raw records found; part of its heartbeat. */
const rollupCheck = z.object({
  at: z.iso.datetime(),
  teams: z.int(),
  differing: z.int(),
  stray_records: z.int(),
});
export type RollupCheck = z.output<typeof rollupCheck>;

/** Of a heartbeat's details; null when that aggregator made no check yet. */
export function checkOf(details: Record<string, unknown>): RollupCheck | null {
  return rollupCheck.safeParse(details['check']).data ?? null;
}

/** Each hour one aggregator makes the check for all. */
export const newestCheck = (checks: readonly (RollupCheck | null | undefined)[]): RollupCheck | null =>
  checks.reduce<RollupCheck | null>((newest, one) => (one && (!newest || one.at > newest.at) ? one : newest), null);

/** The line about the rollups with what the check says of them: rollups that are wrong are not healthy. */
export function withCheck(line: ServiceStatus, check: RollupCheck | null): ServiceStatus {
  if (check === null) return { ...line, details: `${line.details}; not compared with the records yet` };
  const { at, teams, differing, stray_records: stray } = check;
  const when = `compared with the records at ${at}`;
  if (differing + stray === 0) return { ...line, details: `${line.details}; ${when}: all right (teams: ${teams})` };
  const found = `rows that differ: ${differing}, calls that are nowhere: ${stray}`;
  return { ...line, status: 'unhealthy', details: `${line.details}; ${when}: ${found}` };
}
