import { passedOn, type CallMember } from './call.ts';

/**
 * Names that put a span around other ones to the first of them: instrumentations wrap each other, a gateway tells of what its client
 * does, and each tells of the one request. Calls within the same span stay apart, and those that failed within one that went well were attempts before.
 */
export function nestNames(records: readonly CallMember[]): Map<CallMember, string[]> {
  const good = new Map<string, CallMember>();
  const failed = new Map<string, CallMember>();
  for (const record of records) {
    if (typeof record.parent_span !== 'string' || record.parent_span === record.span) continue;
    const within = record.status === 'ok' ? good : failed;
    const first = within.get(record.parent_span);
    if (first === undefined || record.record_id < first.record_id) within.set(record.parent_span, record);
  }
  const innerOf = (around: CallMember): CallMember | undefined => {
    if (typeof around.span !== 'string') return undefined;
    const within = [around.span, ...passedOn(around)];
    const found = (calls: ReadonlyMap<string, CallMember>): CallMember | undefined =>
      within.flatMap((span) => calls.get(span) ?? []).find((inner) => inner !== around);
    return around.status === 'ok' ? found(good) : (found(failed) ?? found(good));
  };
  const names = new Map<CallMember, string[]>();
  for (const around of records) {
    const inner = innerOf(around);
    if (inner === undefined) continue;
    for (const one of [around, inner]) names.set(one, [...(names.get(one) ?? []), `n:${around.record_id}`]);
  }
  return names;
}
