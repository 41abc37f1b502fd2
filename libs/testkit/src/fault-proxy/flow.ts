import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Active, Toxics } from './toxics.ts';

type Flow = {
  from: Socket;
  to: Socket;
  direction: 'up' | 'down';
  toxics: Toxics;
  random: () => number;
  reset: () => void;
};

/** Passes on what one side sends, piece by piece in order, with what the toxics in force do to it. */
export function flow({ from, to, direction, toxics, random, reset }: Flow): void {
  let passed = 0;

  const write = async (bytes: Buffer): Promise<void> => {
    if (bytes.length === 0 || to.destroyed) return;
    passed += bytes.length;
    if (!to.write(bytes)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
  };

  /** What is left to be written as a whole; null when the toxic ended the connection or wrote it itself. */
  const suffer = async ({ toxic, ended }: Active, bytes: Buffer): Promise<Buffer | null> => {
    switch (toxic.kind) {
      case 'latency':
        toxics.hit('latency');
        await Promise.race([ended, delay(toxic.ms + random() * (toxic.jitterMs ?? 0))]);
        return bytes;
      case 'bandwidth':
        toxics.hit('bandwidth');
        await Promise.race([ended, delay((bytes.length / toxic.bytesPerSecond) * 1_000)]);
        return bytes;
      case 'blackhole':
        toxics.hit('blackhole');
        await ended;
        return bytes;
      case 'corrupt':
        return corrupted(bytes, toxic.everyBytes);
      case 'slice':
        toxics.hit('slice');
        for (let at = 0; at < bytes.length; at += toxic.bytes) {
          await write(bytes.subarray(at, at + toxic.bytes));
          await nextTurn();
        }
        return null;
      case 'reset':
        if (passed + bytes.length <= toxic.afterBytes) return bytes;
        toxics.hit('reset');
        await write(bytes.subarray(0, Math.max(0, toxic.afterBytes - passed)));
        reset();
        return null;
      case 'lose_answer':
        if (!toxic.to.test(bytes.toString('latin1'))) return bytes;
        toxics.hit('lose_answer');
        await write(bytes);
        // The other side acts on what it got; its answer finds nobody.
        from.resetAndDestroy();
        await delay(50);
        reset();
        return null;
    }
  };

  const corrupted = (bytes: Buffer, everyBytes: number): Buffer => {
    const copy = Buffer.from(bytes);
    for (let at = 0; at < copy.length; at += 1) {
      if (random() * everyBytes >= 1) continue;
      copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      toxics.hit('corrupt');
    }
    return copy;
  };

  const run = async (): Promise<void> => {
    for await (const chunk of from) {
      let bytes: Buffer | null = chunk as Buffer;
      for (const active of toxics.of(direction)) if (bytes !== null) bytes = await suffer(active, bytes);
      if (bytes !== null) await write(bytes);
    }
    // An end is news too: it travels behind what a partition holds back.
    for (const { toxic, ended } of toxics.of(direction)) if (toxic.kind === 'blackhole') await ended;
    to.end();
  };
  run().catch(() => {
    // A connection that broke on one side breaks on the other.
    reset();
  });
}
