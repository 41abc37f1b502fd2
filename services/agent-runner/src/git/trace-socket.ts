import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '@telltale/runtime/clock';
import { createLineSplitter } from '../output/line-splitter.ts';
import type { OwnTrace } from './own-trace.ts';
import { createTraceReader, type TraceListener } from './trace-events.ts';

/** A git process says at most a few kB in a line; argv may be longer. */
const longestLine = 256 * 1024;
/** A git that outlives the run (a background gc) is not waited for longer than this. */
const drainMs = 500;

export type TraceSocket = {
  /** Variables that make every git below the run report here. */
  environment: Readonly<Record<string, string>>;
  /** Waits until all that was sent has been read, then closes. */
  close(): Promise<void>;
};

/** No more is told than is read here. */
const brief = (runId: string): Record<string, string> => ({
  GIT_TRACE2_EVENT_NESTING: '1',
  GIT_TRACE2_EVENT_BRIEF: '1',
  // A session id is a path: only the run's part must not add a level to it.
  GIT_TRACE2_PARENT_SID: runId.replace(/[^\w.-]/g, '_'),
});

/** Listens in `folder` (private, its path short enough for a socket: < 108 bytes). A git that cannot connect goes on. */
export async function openTraceSocket({
  folder,
  runId,
  own,
  clock,
  listener,
}: {
  folder: string;
  runId: string;
  /** The person's own target, and the variables that are told there: it gets every line as git would have written it. */
  own?: { trace: OwnTrace; variables: string | undefined } | undefined;
  clock: Clock;
  listener: TraceListener;
}): Promise<TraceSocket> {
  const path = join(folder, 'git');
  const open = new Set<Socket>();

  const server = createServer((socket) => {
    open.add(socket);
    const read = createTraceReader({ now: () => clock.monotonic(), listener });
    const splitter = createLineSplitter({
      keep: () => longestLine,
      onLine: ({ bytes, droppedBytes }) => {
        if (droppedBytes === 0) read(bytes.toString('utf8'));
      },
    });
    const theirs = own?.trace();
    socket.on('data', (chunk: Buffer) => {
      theirs?.push(chunk);
      splitter.push(chunk);
    });
    // A git that was killed resets its connection; what came before was read.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      theirs?.end();
      open.delete(socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });

  const drained = async (): Promise<void> => {
    const deadline = clock.monotonic() + drainMs;
    // Two quiet rounds: one to accept what still waits in the backlog, one to read it.
    for (let quiet = 0; quiet < 2 && clock.monotonic() < deadline;) {
      await clock.sleep(open.size === 0 ? 1 : 5);
      quiet = open.size === 0 ? quiet + 1 : 0;
    }
  };

  return {
    environment: {
      GIT_TRACE2_EVENT: `af_unix:stream:${path}`,
      // Where a repository is elsewhere than its working tree says.
      GIT_TRACE2_ENV_VARS: own?.variables === undefined ? 'GIT_DIR' : `${own.variables},GIT_DIR`,
      ...(own === undefined ? brief(runId) : {}),
    },
    async close() {
      await drained();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
