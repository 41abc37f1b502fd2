import { createServer, Agent as HttpAgent, type Agent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '@telltale/runtime/clock';
import type { Environment } from '../run/child-environment.ts';
import type { CallRecord } from '@telltale/answers/call-meter';
import { createForwarder, type CallGate } from './forward.ts';
import { createOwnIds } from './own-ids.ts';
import { knowsNoOtherWay, passWebsocket } from './pass-websocket.ts';
import { createSpansBetweenRuns } from './span-between-runs.ts';
import { createUpstreamTrust } from './upstream-trust.ts';
import type { UseRecord } from './tool-uses.ts';
import type { Upstream } from './upstreams.ts';
import { newWayIn, wayInOfOuterRun } from './way-in.ts';

export type MeteringProxy = AsyncDisposable & {
  /** What a client's base URL becomes, by upstream. */
  urls: ReadonlyMap<string, string>;
  /** How many calls are on their way. */
  openCalls(): number;
};

export type MeteringProxyOptions = {
  upstreams: readonly Upstream[];
  /** Gets the record of every call, once. */
  onCall: (call: CallRecord) => void;
  /** Gets the use of each tool whose result came back, once. */
  onUse?: (use: UseRecord) => void;
  /** Asked before a call is let through; without one everything is. */
  gate?: CallGate;
  /** Whether the gate would refuse anything at the moment; where there is one it does unless this says otherwise. */
  holdsCalls?: () => boolean;
  /** Whose process is at the other end of a connection; asked where a call does not say it. */
  callerOf?: (socket: Socket) => string | undefined;
  /** What is added to every answer: names begin with `telltale-`. */
  notices?: () => Readonly<Record<string, string>>;
  /** The person's environment: a web proxy that it names stays in between, and whom it trusts is trusted. */
  env: Environment;
  clock: Clock;
};

const idleMs = 60_000;
/** More than any provider takes, so that its own word on it reaches the client. */
const mostHeaderBytes = 256 * 1_024;

/** The variables by which programs are told to go out through a web proxy; in both spellings, as programs read them. */
export const webProxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'] as const;

function webProxyOf(env: Environment): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of webProxyVariables) {
    const value = env[name.toLowerCase()] ?? env[name];
    if (value !== undefined && value !== '') found[name] = value;
  }
  return found;
}

/**
 * Two families of clients read `ANTHROPIC_BASE_URL` differently: with the version in it and without. At the provider's
 * own address both find what they look for.
 */
function versioned(upstream: Upstream, path: string): string {
  const full = path.startsWith('/') ? path : `/${path}`;
  const own = upstream.provider === 'anthropic' && upstream.base.pathname === '/';
  const bare = own && /^\/(?:messages|models|files)\b/.test(full);
  return bare ? `/v1${full}` : full;
}

/**
 * Stands between the clients of one run and their providers, on loopback. Bytes pass as they are, both ways; what a call
 * used is read beside them. Where a call goes is fixed before the run starts. The way in holds a secret, so that nobody
 * else's calls are counted.
 */
export async function startMeteringProxy(options: MeteringProxyOptions): Promise<MeteringProxy> {
  const { upstreams, onCall, onUse = () => undefined, gate, env, clock } = options;
  const proxyEnv = webProxyOf(env);
  const agentOptions = { keepAlive: true, timeout: idleMs, ...(Object.keys(proxyEnv).length > 0 ? { proxyEnv } : {}) };
  const plain = new HttpAgent(agentOptions);
  const trust = createUpstreamTrust(env);
  let secure: HttpsAgent | undefined;
  const agentOf = ({ base }: Upstream): Agent =>
    base.protocol === 'https:' ? (secure ??= new HttpsAgent({ ...agentOptions, ...trust() })) : plain;
  const secret = newWayIn();
  const { callerOf, notices = () => ({}), holdsCalls = () => gate !== undefined } = options;
  const outer = new Map(upstreams.map((upstream) => [upstream, wayInOfOuterRun(upstream, env)]));
  const ownIds = createOwnIds();
  const forwarder = createForwarder({
    agentOf,
    onCall: (call) => onCall(ownIds(call)),
    onUse,
    gate,
    callerOf,
    spans: createSpansBetweenRuns({ wayIn: secret }),
    wayOnward: (upstream) => outer.get(upstream),
    notices,
    clock,
  });

  const routes = new Map(upstreams.map((upstream) => [upstream.name, upstream]));
  const find = (url: string): { upstream: Upstream; path: string } | null => {
    const [, given, name = ''] = url.split('/', 3);
    const upstream = given === secret ? routes.get(name) : undefined;
    const path = url.slice(secret.length + name.length + 2);
    return upstream === undefined ? null : { upstream, path: versioned(upstream, path) };
  };

  // A provider may think for long: no time-out but the client's own. Any other upgrade than to a WebSocket is an offer that
  // HTTP leaves to be ignored (Java's own client makes it with each call).
  const settings = {
    requestTimeout: 0,
    keepAliveTimeout: idleMs,
    maxHeaderSize: mostHeaderBytes,
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
  };
  const server = createServer(settings, (request, response) => {
    const route = find(request.url ?? '/');
    if (route !== null) return void forwarder.forward(request, response, route.upstream, route.path);
    response.writeHead(404, { 'content-type': 'text/plain' }).end('no provider is reached this way\n');
  });
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, first) => {
    // The socket is ours alone now: a client that resets it must not end us.
    socket.on('error', () => undefined);
    const route = find(request.url ?? '/');
    // What is not metered would go past a limit on calls.
    if (route !== null && !holdsCalls() && knowsNoOtherWay(route.path)) {
      const { upstream, path } = route;
      const target = { origin: upstream.base, path, agent: agentOf(upstream) };
      return passWebsocket(request, { socket, first, target });
    }
    // Clients that try a WebSocket first go on with plain HTTP after this answer. What one says before it has read that is
    // read too: a socket with something unread never comes to its end.
    socket.resume();
    socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const isTooLong = error.code === 'HPE_HEADER_OVERFLOW' && socket.writable;
    if (!isTooLong) return void socket.destroy();
    socket.end('HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    urls: new Map(
      upstreams.map(({ name, base }) => [
        name,
        `http://127.0.0.1:${port}/${secret}/${name}${base.pathname.replace(/\/$/, '')}`,
      ]),
    ),
    openCalls: () => forwarder.open(),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      // Whatever became of them: the end of a run must not wait for a client.
      for (const socket of sockets) socket.destroy();
      await closed;
      await forwarder.settled();
      plain.destroy();
      secure?.destroy();
    },
  };
}
