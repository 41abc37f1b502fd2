import type { CallKind } from '@telltale/contracts/http/records';
import { tokenCounts } from '@telltale/contracts/records/llm-call';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { withCurrentPrices } from './current-prices.ts';
import { containing, equals, listRecords, type RecordPage } from './record-page.ts';

export type CallPage = RecordPage & {
  kind: CallKind;
  model?: string | undefined;
  tool?: string | undefined;
  service?: string | undefined;
  status?: 'ok' | 'error' | 'aborted' | undefined;
  q?: string | undefined;
};

const columns: Record<CallKind, readonly string[]> = {
  llm_call: [
    'provider',
    'model',
    'response_model',
    'operation',
    ...tokenCounts,
    'service_tier',
    'speed',
    'reported_cost_usd',
    'duration_ms',
    'ttft_ms',
    'stop_reason',
    'message_count',
    'tool_count',
    'tool_calls',
    'attempt',
    'streamed',
    'status',
    'error_type',
    'error_message',
    'origin',
    'request_id',
    'message_id',
    'cost_usd',
    'cost_source',
    'price_version',
  ],
  tool_call: [
    'tool_name',
    'tool_call_id',
    'duration_ms',
    'success',
    'error_message',
    'input_size_bytes',
    'output_size_bytes',
    'input_preview',
    'output_preview',
  ],
  service_call: [
    'service_name',
    'operation',
    'duration_ms',
    'success',
    'error_message',
    'category',
    'tokens_used',
    'model',
    'request_id',
  ],
};

/** Of tools and services the record says only whether it went well. */
const statusIs = ({ kind, status }: CallPage) =>
  kind === 'llm_call' || status === undefined ? equals('status', status) : equals('success', status === 'ok');

/**
 * LLM, tool or service calls as they were recorded, calls to models at what they cost now. The filters must be ones that the
 * kind has.
 */
export async function listCalls(db: Db, page: CallPage) {
  const { records, more } = await listRecords(db, { name: page.kind, columns: columns[page.kind] }, page, [
    ...equals('model', page.model),
    ...equals('tool_name', page.tool),
    ...equals('service_name', page.service),
    ...statusIs(page),
    ...(page.q === undefined ? [] : [sql`error_message ilike ${containing(page.q)}`]),
  ]);
  return { more, records: page.kind === 'llm_call' ? await withCurrentPrices(db, page.teamId, records) : records };
}
