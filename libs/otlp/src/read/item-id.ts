import { hash } from 'node:crypto';
import type { Attributes } from '../attributes.ts';
import type { LogItem, Source } from '../signals.ts';

/** The first 16 bytes of a hash in hex as a UUID of version 8 (its bits are the application's own). */
export function uuidOfHash(hex: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** By what one process is told from another; what a Collector on the way adds to the rest is not the client's word. */
const ofProcess = ['service.name', 'service.instance.id', 'process.pid', 'telltale.run_id', 'session.id'] as const;

const sorted = (attributes: Attributes): unknown =>
  Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/**
 * Ids of log items by what they say, for calls that name neither a request nor a message: an item that comes again in another
 * request (a Collector that batches anew, two ways to here) is the same one. Items of one request that are equal to the last
 * word stay as many as they are. null for an item that does not say when it was.
 */
export function createItemIds(): (item: LogItem, source: Source) => string | null {
  const seen = new Map<string, number>();
  return ({ timeMs, eventName, body, attributes, traceId, spanId }, { resource, scope }) => {
    const time = timeMs > 0 ? timeMs : attributes['event.timestamp'];
    if (time === undefined || time === null || time === '') return null;
    const process = ofProcess.map((key) => resource[key] ?? null);
    const text = JSON.stringify([process, scope, time, eventName, body, traceId, spanId, sorted(attributes)]);
    const nth = (seen.get(text) ?? 0) + 1;
    seen.set(text, nth);
    return uuidOfHash(hash('sha256', `${nth}:${text}`));
  };
}
