import { statSync } from 'node:fs';
import { ConfigError } from '@telltale/runtime/config';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { builtInCrews } from './built-in-crews.ts';
import type { Crews } from './crew-profile.ts';
import { readCrews } from './read-crews.ts';

const usualMs = 1_000;

export type FollowedCrews = AsyncDisposable & { current(): Crews };

/** What tells one state of a file from another. */
function stampOf(file: string | null): string {
  if (file === null) return 'none';
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? `${file} gone` : `${file} ${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}

/**
 * Reads the file of crews again when it has changed and stands still, which an editor that is still writing does not. A
 * file that is not right changes nothing: what is wrong with it goes to the log, and the crews from before stay.
 */
export function followCrews(options: {
  /** As they were read at the start. */
  crews: Crews;
  /** The file that counts now; null when there is none. */
  fileOf: () => string | null;
  onChange: () => void;
  clock: Clock;
  log: Log;
  /** Between two looks. */
  everyMs?: number;
}): FollowedCrews {
  const { fileOf, onChange, clock, log, everyMs = usualMs } = options;
  let current = options.crews;
  let read = '';
  let seen = '';
  const turn = async (): Promise<void> => {
    const file = fileOf();
    const stamp = stampOf(file);
    const stands = stamp === seen;
    seen = stamp;
    if (!stands || stamp === read) return;
    read = stamp;
    try {
      const crews = readCrews(file, builtInCrews());
      if (JSON.stringify(crews) === JSON.stringify(current)) return;
      current = crews;
      log.info({ file, crews: Object.keys(crews.crews) }, 'the crews were changed and read again');
      onChange();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      log.error({ file, problems: error.problems }, 'the crews were changed and are not right; those from before stay');
    }
  };
  const looking = startLoop({ name: 'follow crews', turn, everyMs, clock, log });
  return { current: () => current, [Symbol.asyncDispose]: () => looking[Symbol.asyncDispose]() };
}
