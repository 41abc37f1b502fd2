import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { wordOf, type LimitReading } from './run-limits.ts';

/** As in a header: `tokens;used=81%`. */
export const noticeOf = ({ limit, value, cap }: LimitReading): string =>
  `${wordOf(limit)};used=${Math.floor((value / cap) * 100)}%`;

/**
 * Leaves word for a hook of the agent's client, which takes it away once it was told. It stands in JSON as it is. With
 * `handBack`, the word of its last call, the agent is told to hand back in it.
 */
export function writeNotice(file: string | null, near: readonly LimitReading[], handBack: string | null = null): void {
  if (file === null) return;
  const words = near.map((reading) => noticeOf(reading).replace(';used=', ' ')).join(', ');
  const text =
    handBack === null
      ? `This run has used most of what it may: ${words}. Finish what matters most, in few calls.`
      : `This run has reached its limit: ${words}. Hand back now: use no more tools, and say in one last answer what is done, what is left and how to go on. Nothing after it is answered. (${handBack})`;
  try {
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // The answers of the provider say it too.
  }
}

/** Whether anything in the run reads what is left there: it leaves a mark beside it when it looks. */
export const isHeard = (file: string | null): boolean => file !== null && existsSync(`${file}.heard`);

/** Where a hook of the agent's client finds what it is to be told. */
export const noticeVariable = (file: string | null): Record<string, string> =>
  file === null ? {} : { TELLTALE_NOTICE_FILE: file };

/** The hook of a run that brings it no other: prints what is left there, once. */
export const tellAgent = fileURLToPath(new URL('tell-agent.sh', import.meta.url));
