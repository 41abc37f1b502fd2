import type { RecordOf } from '@telltale/contracts/records/record';
import type { PriceBook } from './price-book.ts';

/** Who sells a model of this name, of a call whose sender did not say; null when it did, or when the name does not tell. */
export function deriveProvider(
  { provider, model, response_model }: Pick<RecordOf<'llm_call'>, 'provider' | 'model' | 'response_model'>,
  book: PriceBook,
): string | null {
  return provider === undefined ? book.resolve({ model: response_model ?? model }).seller : null;
}
