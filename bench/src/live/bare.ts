import { setTimeout as delay } from 'node:timers/promises';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Lags, percentiles } from '../percentiles.ts';
import type { TimedFrame } from './bare-command.ts';
import { openViewers } from './viewers.ts';

type Said = { type: 'started'; port: number } | { type: 'done' };

/** Bare socket.io in a process of its own, on the same machine and in the same run. */
export async function startBare() {
  const child = fork(fileURLToPath(new URL('../bare-broadcast.ts', import.meta.url)), [], { stdio: 'inherit' });
  const say = (type: Said['type']): Promise<Said> =>
    new Promise((resolve) => {
      const hear = (said: Said): void => {
        if (said.type !== type) return;
        child.off('message', hear);
        resolve(said);
      };
      child.on('message', hear);
    });
  const started = await say('started');
  const url = `http://127.0.0.1:${'port' in started ? started.port : 0}`;

  return {
    /** Broadcasts the frames to viewers who are in the rooms given by their number. */
    async broadcast(
      frames: TimedFrame[],
      viewers: { count: number; room: (viewer: number) => string },
    ): Promise<{ lags: Lags; messages: number; seconds: number }> {
      const { count, room } = viewers;
      using hearing = await openViewers({
        url,
        count,
        auth: (viewer) => ({ room: room(viewer) }),
        payload: () => null,
      });
      const inRoom = new Map<string, number>();
      for (let viewer = 0; viewer < count; viewer += 1) inRoom.set(room(viewer), (inRoom.get(room(viewer)) ?? 0) + 1);
      const expected = frames.reduce((sum, frame) => sum + (inRoom.get(frame.room) ?? 0), 0);
      const lags: number[] = [];
      let heard = 0;
      let [first, last] = [0, 0];
      hearing.onFrame(({ sent = 0, messages }, receivedMs) => {
        if (heard === 0) first = receivedMs;
        last = receivedMs;
        lags.push(receivedMs - sent);
        heard += messages.length;
      });
      child.send({ frames });
      while (lags.length < expected) await delay(2);
      return { lags: percentiles(lags), messages: heard, seconds: (last - first) / 1000 };
    },
    async [Symbol.asyncDispose](): Promise<void> {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
    },
  };
}
export type Bare = Awaited<ReturnType<typeof startBare>>;
