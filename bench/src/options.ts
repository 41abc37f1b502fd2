import { parseArgs } from 'node:util';

const parts = ['bare', 'product', 'kill', 'lag', 'http'] as const;
export type Part = (typeof parts)[number];

export type Options = {
  records: number;
  /** One run of the product for each number of collectors. */
  collectors: number[];
  only: ReadonlySet<Part>;
  /** Records per second of the lag measurements that have a fixed rate. */
  rate: number;
  seconds: number;
  seed: number;
};

const usage = `npm run bench:ingest -- [--records 200000] [--collectors 1,2] [--rate 1000] [--seconds 15] [--seed 1]
                        [--only bare,product,kill,lag,http] [--kill]   (--kill is --only kill)`;

const isPart = (word: string): word is Part => (parts as readonly string[]).includes(word);

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} ${text} is not a whole number above 0\n${usage}`);
  return value;
}

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      records: { type: 'string', default: '200000' },
      collectors: { type: 'string', default: '1,2' },
      rate: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '15' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      kill: { type: 'boolean', default: false },
    },
  });
  const words = (values.kill ? 'kill' : (values.only ?? parts.join(','))).split(',');
  const wrong = words.find((word) => !isPart(word));
  if (wrong !== undefined) throw new Error(`--only ${wrong} is none of ${parts.join(', ')}\n${usage}`);
  return {
    records: positive('records', values.records),
    collectors: values.collectors.split(',').map((text) => positive('collectors', text)),
    only: new Set(words.filter(isPart)),
    rate: positive('rate', values.rate),
    seconds: positive('seconds', values.seconds),
    seed: positive('seed', values.seed),
  };
}
