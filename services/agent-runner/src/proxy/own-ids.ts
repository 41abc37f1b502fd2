import type { CallRecord } from '@telltale/answers/call-meter';

/** Some bytes each; an id that comes again after so many calls joins them, as any does that others tell of. */
const mostIds = 20_000;

const idFields = ['request_id', 'message_id'] as const;

/**
 * Ids of calls that one proxy saw: records with one id are one call wherever they are added up, but the proxy sees each
 * call once. Some providers give the same id again and again (Ollama picks one of 999 at random): from the second call
 * on it stands in the attributes alone.
 */
export function createOwnIds(): (call: CallRecord) => CallRecord {
  const known = new Set<string>();
  const isNew = (id: string): boolean => {
    if (known.has(id)) return false;
    known.add(id);
    const [oldest] = known;
    if (known.size > mostIds && oldest !== undefined) known.delete(oldest);
    return true;
  };
  return (call) => {
    const repeated = idFields.filter((field) => call[field] !== undefined && !isNew(`${field} ${call[field]}`));
    if (repeated.length === 0) return call;
    const { request_id, message_id, attributes, ...rest } = call;
    const ids = { request_id, message_id };
    const own = idFields.filter((field) => ids[field] !== undefined && !repeated.includes(field));
    return {
      ...rest,
      ...Object.fromEntries(own.map((field) => [field, ids[field]])),
      attributes: { ...attributes, ...Object.fromEntries(repeated.map((field) => [`repeated_${field}`, ids[field]])) },
    };
  };
}
