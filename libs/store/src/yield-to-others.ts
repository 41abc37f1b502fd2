import { readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { setPriority } from 'node:os';
import type { PoolClient } from 'pg';

/** Of Linux: it gets a tenth of what others get who want the same processor, and all of one that nobody else wants. */
export const backgroundNice = 10;

/** Whether the process here is the server's side of this very connection: its title names our port. */
function isServerOf(pid: number, port: number): boolean {
  try {
    const title = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    return title.startsWith('postgres:') && title.includes(`(${port})`);
  } catch {
    return false;
  }
}

/**
 * Has the server work on this connection in the time that others leave: a fold takes a processor for as long as it lasts,
 * and where there are two of them what is stored and shown meanwhile would wait for it. Does something only where the
 * server runs on this machine (embedded) and lets us; elsewhere its operators decide.
 */
export function yieldToOthers(client: PoolClient): void {
  const pid: unknown = Reflect.get(client, 'processID');
  const connection: unknown = Reflect.get(client, 'connection');
  const stream: unknown = typeof connection === 'object' && connection !== null && Reflect.get(connection, 'stream');
  if (typeof pid !== 'number' || !(stream instanceof Socket) || stream.localPort === undefined) return;
  if (!isServerOf(pid, stream.localPort)) return;
  try {
    setPriority(pid, backgroundNice);
    // Each process of the server is a session of its own: where Linux weighs sessions (autogroup), only this counts.
    writeFileSync(`/proc/${pid}/autogroup`, String(backgroundNice));
  } catch (error) {
    // Not ours to decide, or it has ended: it works as everything else does.
    if (!(error instanceof Error)) throw error;
  }
}
