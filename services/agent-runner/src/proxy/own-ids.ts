import type { CallRecord } from '@telltale/answers/call-meter';

/** Some bytes each; an id that comes again after so many calls joins them, as any does that others tell of. */
const mostIds = 20_000;

/** Ids that were told; the oldest are forgotten. */
export function createTold() {
  const told = new Set<string>();
  return {
    has: (id: string): boolean => told.has(id),
    /** Whether it is told for the first time. */
    isNew(id: string): boolean {
      if (told.has(id)) return false;
      if (told.size >= mostIds) for (const oldest of told.keys()) if (told.delete(oldest)) break;
      told.add(id);
      return true;
    },
  };
}

/**
 * Ids of calls that one proxy saw: records with one id are one call wherever they are added up, but the proxy sees each
 * call once. Some providers give the same id again and again (Ollama picks one of 999 at random): from the second call
 * on it stands in the attributes alone.
 */
export function createOwnIds(): (call: CallRecord) => CallRecord {
  const [requests, messages] = [createTold(), createTold()];
  return (call) => {
    const { request_id, message_id } = call;
    const ownRequest = request_id === undefined || requests.isNew(request_id);
    const ownMessage = message_id === undefined || messages.isNew(message_id);
    if (ownRequest && ownMessage) return call;
    const { request_id: _, message_id: __, attributes, ...rest } = call;
    return {
      ...rest,
      ...(ownRequest && request_id !== undefined ? { request_id } : {}),
      ...(ownMessage && message_id !== undefined ? { message_id } : {}),
      attributes: {
        ...attributes,
        ...(ownRequest ? {} : { repeated_request_id: request_id }),
        ...(ownMessage ? {} : { repeated_message_id: message_id }),
      },
    };
  };
}
