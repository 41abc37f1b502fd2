import { TelltaleError } from '@telltale/contracts/errors';
import type { Log } from '@telltale/runtime/log';
import fastify, { LogController } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { Answered } from '../traffic/endpoint-traffic.ts';
import { answerClientError } from './client-errors.ts';
import { takeEmptyBodies } from './empty-body.ts';
import { describeApi, serveApiDocument } from './openapi.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { answerUnroutable, answerWithProblems } from './problems.ts';
import { parseQueryString } from './query-string.ts';
import {
  decorateRequests,
  guardRoutes,
  type DeclaredRoute,
  type Identify,
  type IsKnownTeam,
} from './request-context.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { compileValidator } from './validator.ts';
import type { ZodApp } from './zod-app.ts';

export type AppOptions = {
  log: Log;
  version: string;
  identify: Identify;
  isKnownTeam: IsKnownTeam;
  /** Hears of every answer; `route` is the path as declared, `ms` until it was sent. */
  onAnswer: (answer: Answered) => void;
  /** Declares all routes of the product. */
  declareRoutes: (app: ZodApp) => Promise<void>;
  tls?: { cert: string; key: string } | undefined;
  /** Addresses or networks whose X-Forwarded-For is believed. */
  trustedProxies?: readonly string[];
  /** Longest time from the first byte of a request to its last, in ms. */
  requestTimeoutMs?: number;
};

export type App = {
  http: ZodApp;
  /** As declared, without those that only refuse a method. */
  routes: readonly DeclaredRoute[];
};

/** Heads are bounded by node's own 60 s, bodies by each route's `handlerTimeout`; only uploads take as long as this. */
const longestRequestMs = 3_600_000;
/** Bodies other than telemetry are small. */
const bodyLimit = 1024 * 1024;
/** An id of 200 characters may take 9 bytes each in a path (percent-encoded UTF-8). */
const maxParamLength = 1_800;

/**
 * A request that comes while the server closes, over a connection that was open already, is sent elsewhere. A connection
 * that is answered meanwhile would otherwise stay open, and hold up the close, until idle for long.
 */
function endConnectionsOnClose(http: ZodApp): void {
  let closing = false;
  http.addHook('preClose', async () => {
    closing = true;
  });
  http.addHook('onRequest', async () => {
    if (closing) throw new TelltaleError('unavailable', 'this gateway is stopping; send again', { retryAfter: 2 });
  });
  http.addHook('onSend', async (_request, reply) => {
    if (closing) void reply.header('connection', 'close');
  });
}

/** The HTTP side of the gateway, ready but not listening. */
export async function createApp(options: AppOptions): Promise<App> {
  const {
    log,
    version,
    identify,
    isKnownTeam,
    onAnswer,
    declareRoutes,
    tls,
    trustedProxies = [],
    requestTimeoutMs = longestRequestMs,
  } = options;
  const http = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    handlerTimeout: 30_000,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    routerOptions: { maxParamLength, querystringParser: parseQueryString },
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerClientError,
    // Its own answer is no problem document: `endConnectionsOnClose` gives one.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    ...(tls === undefined ? {} : { https: tls }),
  }) as unknown as ZodApp;
  http.setValidatorCompiler(compileValidator);
  http.setSerializerCompiler(serializerCompiler);
  answerWithProblems(http);
  takeEmptyBodies(http);
  decorateRequests(http);
  http.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    onAnswer({ method, route: routeOptions.url ?? 'unknown', status: reply.statusCode, ms: reply.elapsedTime });
  });
  await setSecurityHeaders(http, { tls: tls !== undefined });
  // After what gives every answer its headers, before the keys are checked.
  endConnectionsOnClose(http);
  await describeApi(http, { version });
  const routes = guardRoutes(http, identify, isKnownTeam);
  serveApiDocument(http);
  await declareRoutes(http);
  const declared = [...routes];
  refuseOtherMethods(http, declared);
  await http.ready();
  return { http, routes: declared };
}
