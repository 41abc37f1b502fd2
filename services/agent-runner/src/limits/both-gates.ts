import type { Admission, CallGate, CallRequest } from '../proxy/forward.ts';

/** A call that was let through by the first and refused by the second never went out. */
const notSent = { kind: 'llm_call', origin: 'proxy', status: 'error', model: 'unknown' } as const;

/** Lets through what both let through; the second is only asked when the first agrees. */
export function bothGates(first: CallGate | undefined, second: CallGate | undefined): CallGate | undefined {
  if (first === undefined) return second;
  if (second === undefined) return first;
  return async (call: CallRequest): Promise<Admission> => {
    const one = await first(call);
    if ('refused' in one) return one;
    const other = await second(call);
    if ('refused' in other) {
      one.settle({ ...notSent });
      return other;
    }
    return {
      settle(record) {
        one.settle(record);
        other.settle(record);
      },
    };
  };
}
