import { closeSync, fdatasync, mkdtempSync, openSync, rmSync, write } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The least an ingest door could do: parse the body, write it, answer when it is on the disk, one fsync for all that
 * waits. No checks, no Redis, no store.
 */
const folder = mkdtempSync(join(tmpdir(), 'telltale-bare-door-'));
const file = openSync(join(folder, 'log'), 'a');
const [append, sync] = [promisify(write), promisify(fdatasync)];
let waiting: { body: Buffer; done: () => void }[] = [];
let isWriting = false;

async function drain(): Promise<void> {
  if (isWriting) return;
  isWriting = true;
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    await append(file, Buffer.concat(group.map(({ body }) => body)));
    await sync(file);
    for (const { done } of group) done();
  }
  isWriting = false;
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const { records } = JSON.parse(body.toString()) as { records: unknown[] };
    const done = (): void => {
      response.writeHead(202, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ accepted: records.length }));
    };
    waiting.push({ body, done });
    void drain();
  });
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'listening', port: (server.address() as AddressInfo).port });
  process.send?.({ type: 'started' });
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  closeSync(file);
  rmSync(folder, { recursive: true, force: true });
  process.disconnect();
});
