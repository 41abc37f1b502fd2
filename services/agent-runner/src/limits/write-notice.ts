import { renameSync, writeFileSync } from 'node:fs';
import { wordOf, type LimitReading } from './run-limits.ts';

/** As in a header: `tokens;used=81%`. */
export const noticeOf = ({ limit, value, cap }: LimitReading): string =>
  `${wordOf(limit)};used=${Math.floor((value / cap) * 100)}%`;

/** Leaves word for a hook of the agent's client, which takes it away once it was told. It stands in JSON as it is. */
export function writeNotice(file: string | null, near: readonly LimitReading[]): void {
  if (file === null) return;
  const words = near.map((reading) => noticeOf(reading).replace(';used=', ' '));
  const text = `This run has used most of what it may: ${words.join(', ')}. Finish what matters most, in few calls.`;
  try {
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // The answers of the provider say it too.
  }
}
