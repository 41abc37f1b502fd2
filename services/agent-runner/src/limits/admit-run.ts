import { formatBytes } from '@telltale/contracts/format/bytes';
import type { Clock } from '@telltale/runtime/clock';
import { readConfig } from '@telltale/runtime/config';
import { parseSize } from '@telltale/runtime/units';
import { z } from 'zod';
import type { Environment } from '../run/child-environment.ts';
import { readMemory, type Memory } from './free-memory.ts';

const usualPart = 0.05;
const usualMost = 512 * 2 ** 20;
/** How long a run waits for memory before it is given up. */
const longestWaitMs = 60_000;
const lookMs = 500;

type Floor = (memory: Memory) => number;

/** How much has to be free: a size, a part of all memory, or nothing. */
const floorText = z.string().transform((text, context): Floor => {
  const part = /^(\d{1,2})%$/.exec(text)?.[1];
  const size = text === 'off' ? 0 : parseSize(text);
  if (part !== undefined) return ({ allBytes }) => (allBytes * Number(part)) / 100;
  if (size !== null) return () => size;
  context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is none such as 10%, 2GiB or off` });
  return z.NEVER;
});
const usualFloor: Floor = ({ allBytes }) => Math.min(allBytes * usualPart, usualMost);
const variables = { TELLTALE_MIN_FREE_MEMORY: floorText.optional() };

/** What has to be free for a run to be started; throws when the setting is not understood. */
export const memoryFloor = (env: Environment): Floor =>
  readConfig(variables, env).TELLTALE_MIN_FREE_MEMORY ?? usualFloor;

/**
 * Lets a program be started only while the machine has memory for it, whatever number of runs that is; waits up to a minute
 * for it. Answers why not, or null. A machine that is out of memory ends somebody's run, and nobody knows whose.
 */
export async function admitRun({
  floorOf,
  say,
  signal,
  clock,
  read = readMemory,
}: {
  floorOf: Floor;
  say: (line: string) => void;
  /** Ends the waiting. */
  signal?: AbortSignal | undefined;
  clock: Clock;
  read?: () => Memory;
}): Promise<string | null> {
  const deadline = clock.monotonic() + longestWaitMs;
  for (let said = false; ; said = true) {
    const memory = read();
    const floor = floorOf(memory);
    if (memory.freeBytes >= floor) return null;
    const free = `${formatBytes(memory.freeBytes)} of memory are free, and ${formatBytes(floor)} have to be (TELLTALE_MIN_FREE_MEMORY)`;
    if (clock.monotonic() >= deadline || signal?.aborted === true) return `not started: ${free}`;
    if (!said) say(`the command waits: ${free}`);
    await clock.sleep(lookMs, signal).catch(() => undefined);
  }
}
