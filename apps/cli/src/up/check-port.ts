import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError, reasonOf } from '../failure.ts';

/**
 * Refuses a port that cannot be had, before anything is started. `patienceMs` is how long it may still be held by a
 * predecessor that is on its way out.
 */
export async function checkPort(host: string, port: number, patienceMs: number): Promise<void> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const reason = await refusal(host, port);
    if (reason === undefined) return;
    if (reason !== 'EADDRINUSE' || performance.now() >= end) throw new CliError(sentence(reason, host, port));
    await delay(50);
  }
}

async function refusal(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    return reasonOf(error);
  }
  server.close();
  await once(server, 'close');
  return undefined;
}

function sentence(reason: string, host: string, port: number): string {
  if (reason === 'EADDRINUSE')
    return `Port ${port} on ${host} is taken; stop what listens there, or choose another with --port.`;
  if (reason === 'EACCES')
    return `Port ${port} needs more rights than this user has; choose one above 1023 with --port.`;
  if (reason === 'EADDRNOTAVAIL' || reason === 'ENOTFOUND')
    return `${host} is not an address of this machine; choose another with --host.`;
  return `Port ${port} on ${host} cannot be used (${reason}); choose another with --port or --host.`;
}
