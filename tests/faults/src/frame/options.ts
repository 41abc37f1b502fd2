import { parseArgs } from 'node:util';

export type Options = {
  /** Names of scenarios; empty for all. */
  only: readonly string[];
  seed: number;
  /** How much load: 1 is the suite's own. */
  scale: number;
  long: boolean;
  /** Scenarios at a time; null: as many as suit the suite. */
  lanes: number | null;
  /** How many times as long things may take: above 1 on a machine that others use too. */
  patience: number;
  /** Also write the table of results. */
  write: boolean;
};

const usage = `npm run faults -- [--only name,name] [--seed 1] [--scale 1] [--lanes 2] [--patience 1]
npm run faults:long -- [--only name,name] [--seed 1]`;

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} ${text} is not a number above 0\n${usage}`);
  return value;
}

export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      seed: { type: 'string', default: '1' },
      scale: { type: 'string', default: '1' },
      lanes: { type: 'string' },
      patience: { type: 'string', default: '1' },
      long: { type: 'boolean', default: false },
    },
  });
  const only = values.only?.split(',') ?? [];
  const wrong = only.find((name) => !known.includes(name));
  if (wrong !== undefined) throw new Error(`--only ${wrong} is none of ${known.join(', ')}\n${usage}`);
  const [seed, scale] = [positive('seed', values.seed), positive('scale', values.scale)];
  const lanes = values.lanes === undefined ? null : positive('lanes', values.lanes);
  const patience = positive('patience', values.patience);
  return { lanes, patience, only, seed, scale, long: values.long, write: only.length === 0 };
}
