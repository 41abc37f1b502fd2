import type { RecordOf } from '@telltale/contracts/records/record';

export type Level = RecordOf<'log_entry'>['level'];

const words: Readonly<Record<string, Level>> = {
  trace: 'debug',
  debug: 'debug',
  verbose: 'debug',
  info: 'info',
  information: 'info',
  notice: 'info',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  err: 'error',
  fatal: 'error',
  critical: 'error',
  crit: 'error',
  severe: 'error',
  panic: 'error',
  emerg: 'error',
  alert: 'error',
};

// A time or date in front, in any of the usual forms; then brackets, `level=` and white space.
const lead = /^(?:[\s[\](){}<>|"'*#-]|\d[\d:.,/TZ+-]*(?=[\s\])|>]))*(?:(?:level|lvl|severity)\s?[=:]\s?["']?)?/i;
const leadingWord = /^([A-Za-z]{3,11})(?=$|[\s:\])|>,!="'}*])/;

/** The level that a line names at its beginning, else info. `text` has no terminal sequences. */
export function levelOfText(text: string): Level {
  // Only the head is looked at, so that a long line costs no more than a short one.
  const head = text.slice(0, 160);
  const rest = head.slice(lead.exec(head)?.[0].length ?? 0);
  const word = leadingWord.exec(rest)?.[1]?.toLowerCase();
  return (word === undefined ? undefined : words[word]) ?? 'info';
}

const fieldNames = ['level', 'severity', 'lvl', 'levelname', 'log_level', 'log.level', 'loglevel'];

/** The level that a JSON line names in one of the usual fields; numbers are those of pino and bunyan. */
export function levelOfJson(value: object): Level {
  for (const name of fieldNames) {
    const field: unknown = Reflect.get(value, name);
    if (typeof field === 'string') return words[field.toLowerCase()] ?? 'info';
    if (typeof field === 'number')
      return field >= 50 ? 'error' : field >= 40 ? 'warning' : field >= 30 ? 'info' : 'debug';
  }
  return 'info';
}
