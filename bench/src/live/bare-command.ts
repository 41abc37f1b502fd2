import type { LiveFrame } from '@telltale/contracts/live';

/** A frame for everyone in a room, at a time after the command. */
export type TimedFrame = { afterMs: number; room: string; frame: LiveFrame };
export type BareCommand = { frames: TimedFrame[] };
