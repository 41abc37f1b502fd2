import type { Clock } from '@telltale/runtime/clock';
import type { OutputReader, OutputStream } from '../output/output-reader.ts';
import { pumpOutput, type Pump } from './pump-output.ts';
import type { StartedChild } from './start-child.ts';
import type { RunStreams } from './streams.ts';

/** Pumps the outputs of a program that are not inherited. `onBytes` gets the bytes of all of them so far. */
export function pumpAll({
  started,
  streams,
  output,
  clock,
  room,
  onBytes,
}: {
  started: StartedChild;
  streams: RunStreams;
  output: OutputReader;
  clock: Clock;
  room: (() => Promise<void>) | undefined;
  onBytes: (bytes: number) => void;
}): Pump[] {
  const pumps: Pump[] = [];
  const total = (): void => onBytes(pumps.reduce((sum, pump) => sum + pump.bytes(), 0));
  const add = (name: OutputStream): void => {
    const source = started[name];
    const sink = streams[name];
    if (source === null || sink === 'inherit') return;
    const splitter = output.splitterFor(name);
    pumps.push(pumpOutput({ name, source, sink, splitter, clock, room, onBytes: total }));
  };
  add('stdout');
  add('stderr');
  return pumps;
}
