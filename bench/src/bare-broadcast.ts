import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
// What the gateway is compared with is socket.io itself, with nothing around it.
// oxlint-disable-next-line no-restricted-imports
import { Server } from 'socket.io';
import type { BareCommand } from './live/bare-command.ts';

/** A process that does nothing but broadcast: clients name their room, frames come from the parent and go out. */
const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false });
io.on('connection', (socket) => {
  void socket.join(String(socket.handshake.auth['room']));
});
const now = (): number => performance.timeOrigin + performance.now();

async function perform(command: BareCommand): Promise<void> {
  const start = now();
  for (const { afterMs, room, frame } of command.frames) {
    const early = start + afterMs - now();
    if (early > 0) await delay(early);
    else await turn();
    io.local.to(room).emit('telemetry', { ...frame, sent: now() });
  }
  process.send?.({ type: 'done' });
}

process.on('message', (command: BareCommand) => void perform(command));
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
http.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'started', port: (http.address() as AddressInfo).port });
});
