import { known, type DraftOf } from './draft.ts';

/** Calls around each other are hardly ever more. */
const mostAround = 8;

/** What whose call it is and how it came about, which the inner one of two instrumentations often does not know. */
const passedIn = ({ session_id, user_id, task_id, project, streamed, ttft_ms }: DraftOf<'llm_call'>) =>
  known({ session_id, user_id, task_id, project, streamed, ttft_ms });

const aroundOf = ({ trace_id, parent_span_id, attributes = {} }: DraftOf<'llm_call'>): string => {
  const { within_span } = attributes;
  return `${trace_id ?? ''}:${typeof within_span === 'string' ? within_span : (parent_span_id ?? '')}`;
};

/** A call with what those around it alone know: of calls around each other only the innermost is told. */
export function withOuter(
  call: DraftOf<'llm_call'>,
  outer: ReadonlyMap<string, DraftOf<'llm_call'>>,
): DraftOf<'llm_call'> {
  if (call.parent_span_id === undefined) return call;
  let filled = call;
  let around = outer.get(aroundOf(call));
  for (let steps = 0; around !== undefined && steps < mostAround; steps += 1) {
    filled = { ...passedIn(around), ...filled };
    around = outer.get(aroundOf(around));
  }
  return filled;
}
