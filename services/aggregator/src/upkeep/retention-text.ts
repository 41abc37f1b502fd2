import { recordKinds, type RecordKind } from '@telltale/contracts/records/record';
import { parseDuration } from '@telltale/runtime/units';
import type { RetentionRules } from '@telltale/store/rollup';
import { z } from 'zod';

type RawRules = Pick<RetentionRules, 'rawMs' | 'rawMsOf'>;

const isKind = (word: string): word is RecordKind => recordKinds.some((kind) => kind === word);

/** A partition is a day: less would be the same. */
const leastMs = 86_400_000;

/** `30d` for all kinds, or with kinds that differ: `30d, log_entry=7d, process_sample=3d`. At least a day each. */
export const retentionText = z.string().transform((value, context): RawRules => {
  const refuse = (message: string): never => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  const rules: RawRules = { rawMs: 30 * leastMs, rawMsOf: {} };
  for (const part of value.split(',').map((text) => text.trim())) {
    const [left = '', right] = part.split('=').map((text) => text.trim());
    const kept = parseDuration(right ?? left);
    if (kept === null || kept < leastMs)
      return refuse(`${JSON.stringify(part)} is not a duration of a day or more, such as 30d`);
    if (right === undefined) rules.rawMs = kept;
    else if (isKind(left)) rules.rawMsOf[left] = kept;
    else return refuse(`${JSON.stringify(left)} is no kind of record`);
  }
  return rules;
});
