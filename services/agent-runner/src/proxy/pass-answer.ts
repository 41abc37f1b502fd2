import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Transform } from 'node:stream';
import { passedOn } from './headers.ts';

export type AnswerEnd = 'whole' | 'cut' | 'client_left';

/** Reads a body beside its way; false when it is behind. */
export type Beside = { push(bytes: Buffer): boolean; whenReady(): Promise<void> };

/**
 * Passes an answer on as it comes and resolves when it is over. The next piece waits for a client that reads slowly, and
 * for a reader beside the way that is behind; a piece is read there once it is on its way. An answer that is cut is cut
 * for the client too, after all that came.
 */
export function passAnswer({
  answer,
  response,
  headers,
  transforms,
  beside,
}: {
  answer: IncomingMessage;
  response: ServerResponse;
  /** What we add to the answer's own. */
  headers: Readonly<Record<string, string>>;
  /** What the body goes through on its way; none for byte-exact passing. */
  transforms: readonly Transform[];
  beside: Beside | null;
}): Promise<AnswerEnd> {
  response.sendDate = false;
  // The length is another one when something is taken out.
  const raw = passedOn(answer.rawHeaders, transforms.length > 0 ? { 'content-length': null } : {});
  for (const [name, value] of Object.entries(headers)) raw.push(name, value);
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', raw);
  // With the first piece where it is here already; alone where the provider thinks first.
  setImmediate(() => (response.writableEnded ? undefined : response.flushHeaders()));

  return new Promise((resolve) => {
    let over = false;
    const settle = (end: AnswerEnd): void => {
      if (over) return;
      over = true;
      readBeside();
      if (end !== 'whole') {
        answer.destroy();
        response.destroy();
      }
      resolve(end);
    };
    const way = transforms.length === 0 ? directly(response) : through(transforms, response, () => settle('cut'));
    /** What is here already goes out in one write: each costs more than all else that is done for a piece. */
    let held: Socket | null = null;
    let unread: Buffer[] = [];
    /** False: it is behind. */
    const readBeside = (): boolean => {
      if (unread.length === 0) return true;
      const pieces = unread;
      unread = [];
      let ready = true;
      for (const piece of pieces) ready = beside?.push(piece) ?? true;
      return ready;
    };
    const send = (): void => {
      held?.uncork();
      held = null;
    };
    const release = (): void => {
      send();
      if (!readBeside()) void waitFor(true, false);
    };
    const hold = (): void => {
      if (held !== null || transforms.length > 0 || response.socket === null) return;
      held = response.socket;
      held.cork();
      // Where the end is read with this piece it is told in the same turn, and goes out with it.
      process.nextTick(() => (answer.complete ? setImmediate(release) : release()));
    };
    const waitFor = async (taken: boolean, ready: boolean): Promise<void> => {
      answer.pause();
      if (!taken) await new Promise<void>((drained) => way.target.once('drain', drained));
      if (!ready) await beside?.whenReady();
      answer.resume();
    };
    answer.on('data', (chunk: Buffer) => {
      hold();
      const taken = way.write(chunk);
      if (beside !== null) unread.push(chunk);
      if (taken && held !== null) return;
      send();
      const ready = readBeside();
      if (!taken || !ready) void waitFor(taken, ready);
    });
    const cut = (): void => way.end(() => response.write('', () => settle('cut')));
    const finish = (): void => {
      response.end(() => settle('whole'));
      release();
    };
    answer.once('end', () => (answer.complete ? way.end(finish) : cut()));
    answer.once('error', cut);
    response.once('close', () => settle(response.writableFinished ? 'whole' : 'client_left'));
  });
}

type Way = {
  target: { once(event: 'drain', listener: () => void): unknown };
  write(chunk: Buffer): boolean;
  end(then: () => void): void;
};

const directly = (response: ServerResponse): Way => ({
  target: response,
  write: (chunk) => response.write(chunk),
  end: (then) => then(),
});

/** Through all of them, in order; a slow client holds up the first. */
function through(transforms: readonly Transform[], response: ServerResponse, fail: () => void): Way {
  const [first] = transforms;
  const last = transforms.at(-1);
  if (first === undefined || last === undefined) throw new Error('there is nothing to go through');
  transforms.forEach((transform, at) => {
    transform.on('error', fail);
    const next = transforms[at + 1];
    if (next !== undefined) transform.pipe(next);
  });
  last.on('data', (chunk: Buffer) => {
    if (response.write(chunk)) return;
    last.pause();
    response.once('drain', () => last.resume());
  });
  return {
    target: first,
    write: (chunk) => first.write(chunk),
    end: (then) => {
      last.once('end', then);
      first.end();
    },
  };
}
