import { z } from 'zod';
import { name, text } from '../text.ts';
import { instant, pageAnswer, pageQuery, teamQuery } from './query.ts';

const minuteMs = 60_000;
export const defaultTokenTtlMs = 15 * minuteMs;
const longestTokenTtlMs = 24 * 60 * minuteMs;
/** A runner says where it is this often. */
export const runnerBeatMs = 5_000;
/** After this time without a word a runner is silent. */
export const runnerSilentMs = 15_000;

/** `draining`: it takes no new work. `silent`: nothing was heard of it for 15 s. */
export const runnerState = z.enum(['active', 'draining', 'silent', 'revoked']);
export type RunnerState = z.output<typeof runnerState>;

/** Asks for a token with which one host may become a runner of the team, once. */
export const inviteRunnerBody = z.strictObject({
  /** What people will call the runner; default: its host's name. */
  name: name.optional(),
  ttl_ms: z.int().min(1_000).max(longestTokenTtlMs, { error: 'is more than a day' }).default(defaultTokenTtlMs),
});
export type InviteRunnerBody = z.input<typeof inviteRunnerBody>;

/** Shown once: only a keyed hash of `token` is kept. */
export const runnerInvitation = z.object({
  token_id: z.string(),
  token: z.string(),
  team_id: z.string(),
  name: z.string().nullable(),
  expires_at: instant,
});
export type RunnerInvitation = z.output<typeof runnerInvitation>;

/** A host trades its token for a key. */
export const enrollRunnerBody = z.strictObject({
  token: z.string().min(1).max(200),
  host: name,
  version: text(64).optional(),
});
export type EnrollRunnerBody = z.input<typeof enrollRunnerBody>;

/** Shown once. The key has the scope `runner` and ends with `DELETE /runners/{runner_id}`. */
export const enrolledRunner = z.object({
  runner_id: z.string(),
  team_id: z.string(),
  name: z.string(),
  key_id: z.string(),
  key: z.string(),
});
export type EnrolledRunner = z.output<typeof enrolledRunner>;

/** What a runner says of itself every few seconds. */
export const runnerBeatBody = z.strictObject({
  host: name,
  version: text(64),
  /** Runs that it owns now. */
  running: z.int().min(0).max(1_000_000),
  draining: z.boolean().default(false),
});
export type RunnerBeatBody = z.input<typeof runnerBeatBody>;

export const runnerRow = z.object({
  runner_id: z.string(),
  team_id: z.string(),
  name: z.string(),
  host: z.string(),
  version: z.string().nullable(),
  state: runnerState,
  running: z.int(),
  /** Of its key; null for one that was not enrolled but runs beside the gateway. */
  key_id: z.string().nullable(),
  enrolled_at: instant.nullable(),
  /** null: it has not said anything yet. */
  last_seen_at: instant.nullable(),
  /** Since when nothing was heard of it; null while it is heard of. */
  silent_since: instant.nullable(),
  revoked_at: instant.nullable(),
});
export type RunnerRow = z.output<typeof runnerRow>;

export const runnersQuery = z.strictObject({ ...teamQuery, ...pageQuery });
export const runnersAnswer = z.object({ runners: z.array(runnerRow), ...pageAnswer });
export type RunnersAnswer = z.output<typeof runnersAnswer>;
