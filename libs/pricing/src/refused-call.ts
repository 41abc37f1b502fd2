import { tokenCounts } from '@telltale/contracts/records/llm-call';
import type { RecordOf } from '@telltale/contracts/records/record';

/** Words of the providers and of the exceptions of their SDKs for a request that was turned away, without its seller's name. */
const refusals = new Set(
  [
    // Anthropic, OpenAI and what speaks like them
    'invalid_request_error authentication_error billing_error permission_error permission_denied not_found_error',
    'model_not_found request_too_large rate_limit_error rate_limit rate_limit_exceeded tokens requests insufficient_quota',
    'invalid_api_key context_length_exceeded overloaded_error overloaded',
    // Google
    'resource_exhausted invalid_argument failed_precondition unauthenticated not_found unavailable',
    // Amazon
    'throttlingexception accessdeniedexception validationexception resourcenotfoundexception',
    'servicequotaexceededexception serviceunavailableexception',
    // SDKs: a class for each status
    'badrequesterror authenticationerror permissiondeniederror notfounderror conflicterror requesttoolargeerror',
    'unprocessableentityerror ratelimiterror internalservererror overloadederror serviceunavailableerror',
    'contextwindowexceedederror',
    // Ours: the call never went out
    'budget_exceeded',
  ].flatMap((words) => words.split(' ')),
);
/** Without a connection nothing went out; one that broke before an answer says nothing of what it cost. */
const noConnection = /\b(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)\b/;

/**
 * How SDKs and frameworks write the status that a request was turned away with into what they say of it: an error within an
 * answer that had begun has none.
 */
const statusInWords =
  /^(?:[\w.]+: )?[45]\d\d (?!ms\b|s\b|seconds|tokens|bytes)[\w{]|\bError code: [45]\d\d - |\bstatus_code: [45]\d\d, /;

const isRefusal = (type: string): boolean => {
  const word = type.slice(type.lastIndexOf('.') + 1).toLowerCase();
  return /^(?:http_)?[45]\d\d$/.test(word) || refusals.has(word);
};

/**
 * Whether something may have been answered before the call failed. Our proxy tells when a stream began; of one that
 * anybody else tells, no more is known than that it failed.
 */
const mayHaveBegun = ({ origin, streamed, ttft_ms }: RecordOf<'llm_call'>): boolean =>
  ttft_ms !== undefined || (streamed === true && origin !== 'proxy');

/**
 * Whether a call was turned away before anything was answered: no provider bills that, so its cost is known to be nothing
 * whatever its model. What broke off after it had begun, or failed for a reason that says neither, is not known.
 */
export function isRefused(record: RecordOf<'llm_call'>): boolean {
  const { status, origin, error_type: type, error_message } = record;
  if (status !== 'error' || mayHaveBegun(record)) return false;
  if (tokenCounts.some((name) => (record[name] ?? 0) > 0)) return false;
  if (type === 'upstream_unreachable') return noConnection.test(error_message ?? '');
  return (type !== undefined && isRefusal(type)) || (origin !== 'proxy' && statusInWords.test(error_message ?? ''));
}
