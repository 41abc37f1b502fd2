import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** What `telltale run` has for the program in it to be told. */
export type RunNotice = {
  /** To be given to the model as it is. */
  text: string;
  /**
   * The run has reached its limit, and one last call may hand back what is done: the one that carries this word, in what
   * it says or in its header `telltale-hand-back`. Null while a limit is only near.
   */
  handBack: string | null;
};

/**
 * What the run of this program has to say to it: that a limit is near, or that it is to hand back. Who makes one is known
 * to listen, so that the run leaves it a last call. `read` answers each notice once, and null where there is nothing new or
 * the program was not started by `telltale run`. `env`: `process.env`.
 */
export function createRunNotices(env: Readonly<Record<string, string | undefined>>): { read(): RunNotice | null } {
  const file = env['TELLTALE_NOTICE_FILE'] ?? '';
  let last: string | null = null;
  if (file !== '') {
    try {
      writeFileSync(`${file}.heard`, '');
    } catch {
      // The run is over, or its folder could not be made: there is nothing to hear.
    }
  }
  const current = (): string | null => {
    try {
      return file !== '' && existsSync(file) ? readFileSync(file, 'utf8') : null;
    } catch {
      // A hook of the same run was told in between.
      return null;
    }
  };
  return {
    read() {
      const text = current();
      if (text === null || text === last) return null;
      last = text;
      return { text, handBack: /\((hand-back-[0-9a-f]+)\)$/.exec(text)?.[1] ?? null };
    },
  };
}
