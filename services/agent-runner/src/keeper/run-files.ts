import { closeSync, openSync } from 'node:fs';
import type { Clock } from '@telltale/runtime/clock';
import { createFdSink } from '../run/byte-sink.ts';
import type { RunStreams } from '../run/streams.ts';
import type { RunSpec } from './protocol.ts';

/**
 * The streams of a run that nobody stands in front of: files where it was asked for, else nothing to read and nothing
 * that is passed on. Throws when a file cannot be opened; then none stays open.
 */
export function openRunFiles(spec: RunSpec, clock: Clock): Disposable & { streams: RunStreams } {
  const open: number[] = [];
  const close = (): void => open.forEach((fd) => closeSync(fd));
  const fdOf = (file: string, flags: string): number => {
    const fd = openSync(file, flags, 0o600);
    open.push(fd);
    return fd;
  };
  const sinkOf = (file: string | undefined) => (file === undefined ? null : createFdSink(fdOf(file, 'w'), clock));
  try {
    const stdin = spec.stdin_file === undefined ? ('ignore' as const) : fdOf(spec.stdin_file, 'r');
    const streams: RunStreams = {
      stdin,
      stdout: sinkOf(spec.stdout_file),
      stderr: sinkOf(spec.stderr_file),
      terminal: false,
    };
    return { streams, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}
