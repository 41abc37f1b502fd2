import type { Clock } from '@telltale/runtime/clock';
import type { LineSplitter } from '../output/line-splitter.ts';
import type { OutputStream } from '../output/output-reader.ts';
import { codeOf, type ByteSink } from './byte-sink.ts';
import type { OutputSource } from './pipe-reader.ts';

/** After the program's end its output is read for this long while something else holds the pipe open. */
const drainMs = 2_000;
/** What a pipe can hold at most: what is read beyond it after the program's end is somebody else's, who may never stop. */
const mostInPipeBytes = 1024 * 1024;
/** After this long at one output the event loop gets its turn: samples, git and other runs must not wait for a flood. */
const turnMs = 1;
/** Lines are read in parts of so many bytes: a piece full of short lines takes longer than a turn. */
const partBytes = 2 * 1024;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export type Pump = {
  /** Bytes read so far. */
  bytes(): number;
  /** Why output could not be passed on, of the first failure that is more than a reader that went away; else null. */
  failure(): string | null;
  /** The program ended: resolves when its output is over or the time to drain is, with all that was read passed on. */
  finish(): Promise<void>;
};

/**
 * Passes an output on and reads its lines. The next piece is only read when the last one is out, so a slow reader slows
 * the program as it would without us; a reader that went away closes the pipe, so that the program gets its SIGPIPE.
 */
export function pumpOutput({
  name,
  source,
  sink,
  splitter,
  clock,
  room,
  onBytes,
}: {
  name: OutputStream;
  source: OutputSource;
  sink: ByteSink | null;
  splitter: LineSplitter;
  clock: Clock;
  /** Resolves when what was recorded so far has found its place. */
  room?: (() => Promise<void>) | undefined;
  /** More was read. */
  onBytes?: (() => void) | undefined;
}): Pump {
  let bytes = 0;
  let writing = false;
  let failure: string | null = null;
  let turnStarted = clock.monotonic();

  const isTurnOver = (): boolean => clock.monotonic() - turnStarted >= turnMs;
  /** A stream that always has more hands it out within one turn of the loop, unless somebody steps out of it. */
  const shareLoop = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    turnStarted = clock.monotonic();
  };

  const passOn = async (chunk: Buffer): Promise<void> => {
    try {
      await sink?.write(chunk);
    } catch (error) {
      if (codeOf(error) !== 'EPIPE')
        failure ??= `${name} of the program could not be passed on whole: ${messageOf(error)}`;
      throw error;
    }
  };

  const pump = async (): Promise<void> => {
    for await (const chunk of source) {
      bytes += chunk.length;
      onBytes?.();
      writing = true;
      const out = passOn(chunk);
      // Its failure is met below.
      out.catch(() => undefined);
      // Recorded while it is being written.
      for (let at = 0; at < chunk.length; at += partBytes) {
        splitter.push(chunk.subarray(at, at + partBytes));
        if (isTurnOver()) await shareLoop();
      }
      await out;
      await room?.();
      writing = false;
    }
  };
  const done = pump()
    .catch(() => {
      // The sink takes no more, or the source was destroyed: both end the pumping and nothing else.
      source.destroy();
    })
    .finally(() => {
      writing = false;
      splitter.end();
    });

  return {
    bytes: () => bytes,
    failure: () => failure,
    async finish() {
      const over = new AbortController();
      const timeout = async (): Promise<void> => {
        // Time in which our own reader keeps us waiting does not count: what is in the pipe still has to come out.
        const before = bytes;
        for (let left = drainMs; left > 0;) {
          const step = Math.min(left, 100);
          await clock.sleep(step, over.signal);
          if (!writing || bytes - before > mostInPipeBytes) left -= step;
        }
        source.destroy();
      };
      await Promise.race([done, timeout().catch(() => undefined)]);
      over.abort();
      await done;
    },
  };
}
