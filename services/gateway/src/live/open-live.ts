import type { Server } from 'node:http';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { readLiveSnapshot, type Db, type SnapshotTarget } from '@telltale/store/read';
import { connectBlockingReader, type StreamConnection } from '@telltale/stream/connect';
import { createLiveChannel } from '@telltale/stream/live-read';
import { createLiveServer, type LiveServer } from './live-server.ts';
import type { Authenticate, LiveTarget, SignedIn } from './ports.ts';

const columns = { agent: 'agent_id', session: 'session_id', run: 'run_id' } as const;

const toSnapshotTarget = (target: LiveTarget): SnapshotTarget =>
  target.kind === 'team'
    ? { teamId: target.team, agentIds: target.agentIds }
    : { teamId: target.team, of: columns[target.kind], id: target.id };

/** The live feed of a gateway, on its store and its Redis. */
export function openLive(options: {
  httpServer: Server;
  authenticate: Authenticate;
  signedIn: SignedIn;
  db: Db;
  /** A connection of `connectWriter`; blocking reads get connections of their own to `redisUrl`. */
  redis: StreamConnection;
  redisUrl: string;
  /** Where people reach the gateway: its pages may open the feed too. */
  publicUrl: string | undefined;
  clock: Clock;
  log: Log;
}): LiveServer {
  const { httpServer, authenticate, signedIn, db, redis, redisUrl, publicUrl, clock, log } = options;
  return createLiveServer({
    httpServer,
    authenticate,
    signedIn,
    readSnapshot: (target, { min_level: minLevel, task_id: taskId, ...rest }) =>
      readLiveSnapshot(db, toSnapshotTarget(target), { now: clock.now(), filter: { ...rest, minLevel, taskId } }),
    stream: createLiveChannel({
      redis,
      connectReader: (name) => connectBlockingReader({ url: redisUrl, name: `telltale-gateway-${name}` }),
      clock,
      log,
    }),
    allowedOrigins: publicUrl === undefined ? [] : [new URL(publicUrl).origin],
    clock,
    log,
  });
}
