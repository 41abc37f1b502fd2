import type { RunAction } from '@telltale/contracts/http/run-commands';
import { request } from 'node:http';
import type { z } from 'zod';
import { KeeperError } from './keeper-error.ts';
import {
  hello,
  outcome,
  refusal,
  runEnd,
  runsAnswer,
  started,
  type AttachSpec,
  type Hello,
  type KeptRun,
  type RunEnd,
  type RunSpec,
} from './protocol.ts';

/** How long a keeper may take to answer what it can answer at once. */
const answerMs = 15_000;

type Question = {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: unknown;
  /** Milliseconds; null waits as long as it takes. */
  withinMs?: number | null;
  signal?: AbortSignal | undefined;
};

/** What can be asked of the keeper of a host. All of it may be asked again after a failure: nothing is done twice. */
export type KeeperClient = {
  hello(): Promise<Hello>;
  /** Resolves when the program runs, or could not be started; `known`: that run was there already. */
  startRun(spec: RunSpec): Promise<{ run_id: string; known: boolean }>;
  /** Watches a process that somebody else started. */
  attach(spec: AttachSpec): Promise<{ run_id: string; known: boolean }>;
  /** Stops watching such a process, which goes on; says in a word what became of it. */
  detach(runId: string): Promise<string>;
  /** Says in a word what became of it. */
  commandRun(runId: string, action: RunAction, actor: string): Promise<string>;
  /** Ends a run by the ladder. */
  stopRun(runId: string, actor: string): Promise<string>;
  /** Runs that go on, and ends that were not forgotten; those for a day, a thousand at most. */
  listRuns(): Promise<KeptRun[]>;
  /** Waits for a run's end as long as it takes. */
  waitRun(runId: string, signal?: AbortSignal): Promise<RunEnd>;
  /** The end of a run was taken note of. */
  forgetRun(runId: string): Promise<void>;
  /** Whether anything new is started from now on; what runs goes on. */
  drain(draining: boolean): Promise<void>;
  /** Ends all runs by the ladder, with at most `graceMs` of grace, and then the keeper; resolves once it has begun. */
  shutdown(actor: string, graceMs?: number): Promise<void>;
};

/**
 * Asks a keeper over its unix socket. `socket` is looked up before each question, because a keeper that was started anew
 * may listen elsewhere; null when there is none. Refusals and failures are `KeeperError`.
 */
export function createKeeperClient({ socket }: { socket: () => string | null }): KeeperClient {
  const ask = async <S extends z.ZodType>(shape: S, question: Question): Promise<z.output<S>> => {
    const socketPath = socket();
    if (socketPath === null) throw new KeeperError('unreachable', 'no keeper runs here');
    const { status, text } = await exchange(socketPath, question);
    if (status < 300) return shape.parse(JSON.parse(text));
    const refused = refusal.safeParse(parseJson(text));
    if (!refused.success) throw new KeeperError('failed', `the keeper answered ${status}`);
    throw new KeeperError(refused.data.code, refused.data.message);
  };
  const runPath = (runId: string): string => `/runs/${encodeURIComponent(runId)}`;

  const commandRun = async (runId: string, action: RunAction, actor: string): Promise<string> => {
    const body = { action, actor: actor.slice(0, 200) };
    return (await ask(outcome, { method: 'POST', path: `${runPath(runId)}/command`, body })).outcome;
  };

  return {
    hello: () => ask(hello, { method: 'GET', path: '/hello' }),
    startRun: (spec) => ask(started, { method: 'POST', path: '/runs', body: spec }),
    attach: (spec) => ask(started, { method: 'POST', path: '/attach', body: spec }),
    detach: async (runId) => (await ask(outcome, { method: 'POST', path: `${runPath(runId)}/detach` })).outcome,
    commandRun,
    stopRun: (runId, actor) => commandRun(runId, 'stop', actor),
    listRuns: async () => (await ask(runsAnswer, { method: 'GET', path: '/runs' })).runs,
    waitRun: (runId, signal) =>
      ask(runEnd, { method: 'GET', path: `${runPath(runId)}/end`, withinMs: null, ...(signal ? { signal } : {}) }),
    async forgetRun(runId) {
      await ask(outcome, { method: 'DELETE', path: runPath(runId) });
    },
    async drain(draining) {
      await ask(outcome, { method: 'POST', path: '/drain', body: { draining } });
    },
    async shutdown(actor, graceMs) {
      const body = { actor, ...(graceMs === undefined ? {} : { grace_ms: graceMs }) };
      await ask(outcome, { method: 'POST', path: '/shutdown', body });
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One request over a unix socket. */
function exchange(socketPath: string, question: Question): Promise<{ status: number; text: string }> {
  const { method, path, body, withinMs = answerMs, signal } = question;
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(new KeeperError('unreachable', 'the keeper does not answer', { cause }));
    const asked = request(
      {
        socketPath,
        method,
        path,
        agent: false,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        ...(signal === undefined ? {} : { signal }),
        ...(withinMs === null ? {} : { timeout: withinMs }),
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', fail);
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      },
    );
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${withinMs} ms`)));
    asked.once('error', fail);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
