import { performance } from 'node:perf_hooks';
import { createTelltale } from '@telltale/sdk/wrap/telltale';

/**
 * What the SDK costs on the caller's path: nanoseconds of one record, of one use of a wrapped tool beyond the tool itself,
 * and of one scope. Nothing is sent; what is deferred is done between the measurements.
 */
const rounds = 40;
const each = 5_000;
const limitNs = 5_000;

const telltale = createTelltale({ sink: { record: () => null } });
const plain = (a: number): number => a + 1;
const wrapped = telltale.tool('add', plain);

const cases: Record<string, (index: number) => unknown> = {
  'record()': (index) =>
    telltale.record({
      kind: 'llm_call',
      model: 'm',
      status: 'ok',
      origin: 'sdk',
      input_tokens: index,
      output_tokens: 1,
    }),
  'wrapped tool': (index) => wrapped(index),
  'with()': (index) => telltale.with({ session_id: 's' }, () => index),
};

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

let worst = 0;
for (const [name, work] of Object.entries(cases)) {
  const ns: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    for (let index = 0; index < each; index += 1) work(index);
    ns.push(((performance.now() - started) * 1e6) / each);
    telltale.drain();
  }
  const middle = median(ns);
  worst = Math.max(worst, middle);
  process.stdout.write(`${name.padEnd(14)} ${middle.toFixed(0).padStart(6)} ns\n`);
}
const ok = worst <= limitNs;
process.stdout.write(`${ok ? 'ok' : 'TOO SLOW'}: at most ${limitNs} ns on the caller's path\n`);
process.exitCode = ok ? 0 : 1;
