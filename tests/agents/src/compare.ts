import type { RunRow } from '@telltale/contracts/http/runs';
import { createPriceBook } from '@telltale/pricing/price-book';
import { priceCall } from '@telltale/pricing/price-call';
import type { LedgerEntry } from './llm/ledger.ts';

export type Sums = {
  calls: number;
  errors: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  reasoning: number;
  /** Micro-dollars; null: nothing was answered, which costs nothing, or what it cost is not known. */
  cost: number | null;
  tools: number;
};

const book = createPriceBook();

/** What an answer costs by the price list, in micro-dollars. */
function costOf({ model, usage }: LedgerEntry): number {
  const { cost_usd } = priceCall({
    book,
    record: {
      v: 1,
      kind: 'llm_call',
      id: '00000000-0000-7000-8000-000000000000',
      at: new Date().toISOString(),
      agent_id: 'ledger',
      model,
      status: 'ok',
      origin: 'proxy',
      input_tokens: usage.input,
      output_tokens: usage.output,
      cache_read_tokens: usage.cacheRead,
      cache_write_5m_tokens: usage.cacheWrite5m,
      cache_write_1h_tokens: usage.cacheWrite1h,
      reasoning_tokens: usage.reasoning,
    },
  });
  return Number(cost_usd ?? Number.NaN) * 1e6;
}

/** The scripted server's own books: whole answers, refusals and broken answers, tokens of all, uses of tools asked for. */
export function sumsOfLedger(entries: readonly LedgerEntry[]): Sums {
  const ok = entries.filter(({ outcome }) => outcome === 'ok');
  const told = entries.filter(({ usage }) => usage.input + usage.output > 0);
  const sum = (of: (entry: LedgerEntry) => number): number => told.reduce((total, entry) => total + of(entry), 0);
  return {
    calls: ok.length,
    errors: entries.length - ok.length,
    input: sum(({ usage }) => usage.input),
    output: sum(({ usage }) => usage.output),
    cacheRead: sum(({ usage }) => usage.cacheRead),
    cacheWrite: sum(({ usage }) => usage.cacheWrite5m + usage.cacheWrite1h),
    reasoning: sum(({ usage }) => usage.reasoning),
    cost: told.length === 0 ? null : Math.round(sum(costOf)),
    tools: ok.filter(({ tool }) => tool).length,
  };
}

/** Nothing was used and it cost nothing. A cost without any use stays, so that it is seen to differ. */
const isOfNothing = ({ cost_usd, input_tokens, output_tokens }: RunRow): boolean =>
  cost_usd === null || (cost_usd === 0 && input_tokens + output_tokens === 0);

export const sumsOfRun = (run: RunRow): Sums => ({
  calls: run.llm_calls - run.llm_errors,
  errors: run.llm_errors,
  input: run.input_tokens,
  output: run.output_tokens,
  cacheRead: run.cache_read_tokens,
  cacheWrite: run.cache_write_tokens,
  reasoning: run.reasoning_tokens,
  cost: isOfNothing(run) ? null : Math.round(Number(run.cost_usd) * 1e6),
  tools: run.tool_calls,
});

/** The names of what differs. */
export const differences = (ledger: Sums, product: Sums): (keyof Sums)[] =>
  (Object.keys(ledger) as (keyof Sums)[]).filter((name) => ledger[name] !== product[name]);
