import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CommittedRecord } from '@telltale/contracts/live-entry';
import { TelltaleError } from '@telltale/contracts/errors';
import type { LiveFrame, LiveMessage, Resync, SubscribeAck, SubscribePayload } from '@telltale/contracts/live';
import { systemClock, type Clock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { connectBlockingReader, connectWriter, disconnect } from '@telltale/stream/connect';
import { keys } from '@telltale/stream/keys';
import { createLiveAppender } from '@telltale/stream/live-append';
import { createLiveChannel } from '@telltale/stream/live-read';
import { until } from '@telltale/testkit/until';
import { io, type Socket } from 'socket.io-client';
import { everyTeam, type Access } from '../auth/access.ts';
import { createLiveServer } from './live-server.ts';
import type { LiveTarget, ReadSnapshot } from './ports.ts';
import { toLiveItem, toProcessMetrics } from './to-live-item.ts';

const noTokens = {
  model: null,
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  total_tokens: 0,
  cost_usd: null,
  unpriced_calls: 0,
};

/** A store of committed records in memory: a snapshot shows what was committed when it is read. */
export function createMemoryStore() {
  const rows: { team: string; record: CommittedRecord }[] = [];
  const newest = (kind: string, of: CommittedRecord[], limit: number): CommittedRecord[] =>
    of
      .filter((record) => record.kind === kind)
      .toReversed()
      .slice(0, limit);
  const concerns = (target: LiveTarget, record: CommittedRecord): boolean => {
    if (target.kind === 'team') return true;
    const ids = { agent: record.agent_id, session: record.session_id, run: record.run_id };
    return ids[target.kind] === target.id;
  };
  const readSnapshot: ReadSnapshot = async (target) => {
    const mine = rows.filter(({ team, record }) => team === target.team && concerns(target, record));
    if (target.kind === 'team') return { team_id: target.team, totals: null, agents: [] };
    const records = mine.map(({ record }) => record);
    const sample = records.findLast((record) => record.kind === 'process_sample');
    return {
      agent_id: target.kind === 'agent' ? target.id : null,
      team_id: target.team,
      process_metrics: sample === undefined ? null : toProcessMetrics(sample),
      git_activities: newest('git_activity', records, 10).map((record) => toLiveItem(target.team, record)) as never,
      token_usage: noTokens,
      activity_logs: newest('log_entry', records, 50).map((record) => toLiveItem(target.team, record)) as never,
      last_updated: null,
    };
  };
  return { rows, readSnapshot, noTokens };
}

export const openTo = (teamId: string, scopes: readonly ('read' | 'ingest' | 'admin')[] = ['read']): Access => ({
  keyId: 'k',
  teamId,
  scopes: new Set(scopes),
  principal: { kind: 'service', id: 'test' },
});

/** One gateway's live feed on a port of its own, and what a collector appends with. */
export async function startLiveRig(options: {
  redisUrl: string;
  readSnapshot: ReadSnapshot;
  /** Keys by their text; one that is removed does not hold any more. */
  access?: Map<string, Access>;
  clock?: Clock;
  port?: number;
}) {
  const { redisUrl, readSnapshot, clock = systemClock, port = 0 } = options;
  const access =
    options.access ??
    new Map([
      ['key-a', openTo('a')],
      ['key-b', openTo('b')],
      ['operator', openTo(everyTeam)],
    ]);
  const redis = await connectWriter({ url: redisUrl, name: 'test-live' });
  const log = createLog({ service: 'test', level: 'silent' });
  const httpServer = createServer();
  const stream = createLiveChannel({
    redis,
    connectReader: (name) => connectBlockingReader({ url: redisUrl, name }),
    clock: systemClock,
    log,
  });
  const live = createLiveServer({
    httpServer,
    stream,
    readSnapshot,
    clock,
    log,
    authenticate: async (key) => {
      const found = access.get(key);
      if (found === undefined) throw new TelltaleError('unauthenticated', 'the key is not valid');
      return found;
    },
  });
  await new Promise<void>((resolve) => httpServer.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`;
  const appender = createLiveAppender(redis);
  return {
    url,
    access,
    stream,
    appender,
    live,
    redis,
    shardKey: (team: string): string => keys.live(stream.shardOf(team)),
    /** As a collector does after its commit. */
    async append(team: string, records: readonly CommittedRecord[], batch = `rig:${randomUUID()}`) {
      await appender.appendBatches([{ teamId: team, batch, deltas: () => [{ records }] }]);
    },
    async [Symbol.asyncDispose]() {
      await live[Symbol.asyncDispose]();
      httpServer.closeAllConnections();
      await new Promise((resolve) => httpServer.close(resolve));
      disconnect(redis);
    },
  };
}
export type LiveRig = Awaited<ReturnType<typeof startLiveRig>>;

function tcpOf(socket: Socket): { pause(): void; resume(): void } {
  const transport: object = socket.io.engine.transport;
  const webSocket = Reflect.get(transport, 'ws') as { _socket: { pause(): void; resume(): void } };
  return webSocket._socket;
}

/** A clock that stands still until it is told to go on. */
export function createManualClock(): Clock & { advance(ms: number): void } {
  let elapsed = 0;
  const sleepers = new Set<{ at: number; wake: () => void }>();
  return {
    now: () => elapsed,
    monotonic: () => elapsed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: elapsed + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    advance(ms) {
      elapsed += ms;
      for (const sleeper of sleepers) {
        if (sleeper.at > elapsed) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}

/** A bare socket.io client that keeps all it was sent. */
export async function connectClient(url: string, token: string, headers: Record<string, string> = {}) {
  const socket: Socket = io(url, {
    auth: { token },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: headers,
  });
  const frames: LiveFrame[] = [];
  const arrivals: number[] = [];
  const resyncs: Resync[] = [];
  let refusal: (Error & { data?: unknown }) | null = null;
  socket.on('telemetry', (frame: LiveFrame) => {
    frames.push(frame);
    arrivals.push(performance.now());
  });
  socket.on('resync', (notice: Resync) => resyncs.push(notice));
  socket.on('connect_error', (error) => (refusal = error));
  await until(() => socket.connected || refusal !== null, { what: 'the answer to the handshake', everyMs: 2 });
  const messages = (): LiveMessage[] => frames.flatMap((frame) => frame.messages);
  return {
    socket,
    frames,
    arrivals,
    resyncs,
    messages,
    refusal: (): (Error & { data?: unknown }) | null => refusal,
    /** The items of one list, in the order they came. */
    items: (event: LiveMessage['event']): { id: string; message?: string }[] =>
      messages().flatMap((one) => (one.event === event && 'items' in one.data ? (one.data.items as never) : [])),
    cursor: (): string => frames.at(-1)?.cursor ?? '',
    /** Stops, and starts again, to take anything from the network. */
    pause: (): void => tcpOf(socket).pause(),
    resume: (): void => tcpOf(socket).resume(),
    subscribe: (payload: SubscribePayload | Record<string, unknown>): Promise<SubscribeAck> =>
      socket.timeout(40_000).emitWithAck('subscribe', payload),
    [Symbol.dispose]() {
      socket.disconnect();
    },
  };
}
export type LiveClient = Awaited<ReturnType<typeof connectClient>>;

/** The acknowledgement of a subscription that has to succeed. */
export async function subscribed(client: LiveClient, payload: SubscribePayload) {
  const answer = await client.subscribe(payload);
  if (!answer.ok) throw new Error(answer.error.detail);
  return answer;
}
