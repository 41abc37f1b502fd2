import type { IncomingMessage } from 'node:http';

/** A request longer than this is passed on as it comes, unread. */
const mostBodyBytes = 64 * 1024 * 1024;

export type RequestBody = { chunks: Buffer[]; whole: boolean };

/** The body of a request, or its beginning when it is very long; the rest is then still in the request. Rejects when the client leaves. */
export function readRequestBody(request: IncomingMessage): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (whole: boolean): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      resolve({ chunks, whole });
    };
    const onEnd = (): void => done(true);
    const onClose = (): void => reject(new Error('the client left'));
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= mostBodyBytes) return;
      request.pause();
      done(false);
    };
    request.on('data', onData).once('end', onEnd).once('close', onClose);
    request.on('error', onClose);
  });
}
