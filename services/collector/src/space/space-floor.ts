import { parseSize } from '@telltale/runtime/units';
import { z } from 'zod';

export type Volume = { freeBytes: number; allBytes: number };
/** Bytes that have to stay free on a volume. */
export type SpaceFloor = (volume: Volume) => number;

const part = 0.1;
const enoughBytes = 2 * 1024 ** 3;
const percentage = /^(\d{1,2}(?:\.\d+)?)%$/;

/** A tenth of the volume, and never more than 2 GiB of a large one. */
export const defaultFloor: SpaceFloor = ({ allBytes }) => Math.min(allBytes * part, enoughBytes);

/** `10%` or `5GiB`. */
export const floorText = z.string().transform((text, context): SpaceFloor => {
  const percent = percentage.exec(text)?.[1];
  if (percent !== undefined) return ({ allBytes }) => (allBytes * Number(percent)) / 100;
  const bytes = parseSize(text);
  if (bytes !== null) return () => bytes;
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(text)} is neither a part such as 10% nor a size such as 5GiB`,
  });
  return z.NEVER;
});
