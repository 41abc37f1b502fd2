import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { Log } from '@telltale/runtime/log';
import { z } from 'zod';
import { KeeperError } from './keeper-error.ts';
import type { KeptRuns } from './kept-runs.ts';
import { attachSpec, commandBody, drainBody, runSpec, shutdownBody, type Hello, type Refusal } from './protocol.ts';

const mostBytes = 8 * 1024 * 1024;
const statusOf: Readonly<Record<Refusal['code'], number>> = {
  invalid: 400,
  no_such_run: 404,
  closing: 409,
  refused: 409,
  failed: 500,
};

async function bodyOf<S extends z.ZodType>(shape: S, request: IncomingMessage): Promise<z.output<S>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new KeeperError('invalid', `the question is longer than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString());
  } catch (cause) {
    throw new KeeperError('invalid', 'the question is not JSON', { cause });
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw new KeeperError('invalid', z.prettifyError(parsed.error));
  return parsed.data;
}

/** Answers on a unix socket that only this user may open. */
export async function serveKeeper({
  socket,
  runs,
  greet,
  onShutdown,
  onQuestion,
  log,
}: {
  socket: string;
  runs: KeptRuns;
  greet: () => Hello;
  onShutdown: (actor: string, graceMs: number | undefined) => void;
  /** Somebody asked something: the keeper is not forgotten. */
  onQuestion: () => void;
  log: Log;
}): Promise<AsyncDisposable> {
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const [, kind, id, what] = (request.url ?? '/').split('/').map((part) => decodeURIComponent(part));
    const asked = `${request.method} ${kind}${id === undefined ? '' : '/:id'}${what === undefined ? '' : `/${what}`}`;
    switch (asked) {
      case 'GET hello':
        return greet();
      case 'GET runs':
        return { runs: runs.list() };
      case 'POST runs':
        return runs.start(await bodyOf(runSpec, request));
      case 'POST attach':
        return runs.attach(await bodyOf(attachSpec, request));
      case 'POST runs/:id/detach':
        return { outcome: runs.detach(id ?? '') };
      case 'GET runs/:id/end':
        return runs.ended(id ?? '');
      case 'POST runs/:id/command': {
        const { action, actor } = await bodyOf(commandBody, request);
        return { outcome: runs.command(id ?? '', action, actor) };
      }
      case 'DELETE runs/:id':
        runs.forget(id ?? '');
        return { outcome: 'forgotten' };
      case 'POST drain': {
        const { draining } = await bodyOf(drainBody, request);
        runs.drain(draining);
        return { outcome: draining ? 'draining' : 'open' };
      }
      case 'POST shutdown': {
        const { actor, grace_ms: graceMs } = await bodyOf(shutdownBody, request);
        onShutdown(actor, graceMs);
        return { outcome: 'closing' };
      }
      default:
        throw new KeeperError('invalid', `the keeper does not know ${request.method} ${request.url}`);
    }
  };

  const refusalOf = (error: unknown): Refusal => {
    if (error instanceof KeeperError && error.code !== 'unreachable')
      return { code: error.code, message: error.message };
    log.error({ err: error }, 'a question could not be answered');
    return { code: 'failed', message: 'the keeper failed; its log says why' };
  };

  const server = createServer((request, response) => {
    onQuestion();
    void answer(request)
      .then((body) => ({ status: 200, body }))
      .catch((error: unknown) => {
        const refused = refusalOf(error);
        return { status: statusOf[refused.code], body: refused };
      })
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
        response.end(JSON.stringify(body));
      });
  });
  // Waiting for the end of a run takes as long as the run.
  server.requestTimeout = 0;
  rmSync(socket, { force: true });
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socket, resolve);
    });
  } finally {
    process.umask(before);
  }
  chmodSync(socket, 0o600);

  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeIdleConnections();
      // Who waits for a run has been answered by now, or asks the next keeper.
      setImmediate(() => server.closeAllConnections());
      await closed;
      rmSync(socket, { force: true });
    },
  };
}
