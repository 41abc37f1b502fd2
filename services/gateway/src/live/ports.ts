import type { IncomingHttpHeaders } from 'node:http';
import type { LiveSnapshot, Subscription } from '@telltale/contracts/live';
import type { Access } from '../auth/access.ts';

/** What is heard: always within one team. */
export type LiveTarget = { team: string } & (
  | { kind: 'team'; agentIds: readonly string[] | null }
  | { kind: 'agent' | 'session' | 'run'; id: string }
);

/** Who holds the key or has the session; throws `unauthenticated` when it is not, or no longer, valid. */
export type Authenticate = (key: string) => Promise<Access>;

/** What of a snapshot's lists a subscription wants to hear. */
export type SnapshotWish = Pick<Subscription, 'events' | 'min_level' | 'task_id' | 'q'>;

/** The state of a target as committed when it is called, or later. An id not seen yet has an empty one. */
export type ReadSnapshot = (target: LiveTarget, wish: SnapshotWish) => Promise<LiveSnapshot>;

/** Checks the cookie of a handshake; the answer names the session for `Authenticate` and is no secret. */
export type SignedIn = (headers: IncomingHttpHeaders) => Promise<string | null>;
