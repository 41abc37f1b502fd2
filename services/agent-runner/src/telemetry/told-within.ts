import { tokenCounts } from '@telltale/contracts/records/llm-call';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { Emit } from '../agent-lines/agent-lines.ts';
import { forgetOldest } from '../agent-lines/forget-oldest.ts';

/** More than is printed while a run within this one lives, and more than runs within it tell of elsewhere. */
const mostHeld = 10_000;
const mostMarks = 100_000;

/** By what two runs that read one output know a call or the use of a tool: its ids, else all that is counted of it. */
export function markOf(record: RecordDraft): string | null {
  if (record.kind === 'tool_call') {
    return JSON.stringify(
      record.tool_call_id === undefined ? ['tool', record.tool_name, record.success] : ['tool', record.tool_call_id],
    );
  }
  if (record.kind !== 'llm_call') return null;
  const { message_id: message, request_id: request } = record;
  if (message !== undefined || request !== undefined) return JSON.stringify(['call', message, request]);
  return JSON.stringify(['call', record.model, record.status, ...tokenCounts.map((name) => record[name])]);
}

/** A run within this one, as long as it is there. */
export type Within = { tells(mark: string): void; ended(): void };

/**
 * What is printed through a run that is around others: what one of those tells by itself is left to it. Which of the two hears first of
 * a line is open, so while there is such a run what is printed waits for its word.
 */
export function createToldWithin(pass: Emit) {
  const marks = new Map<string, number>();
  const held: { mark: string; record: RecordDraft }[] = [];
  let living = 0;

  const isTold = (mark: string): boolean => {
    const count = marks.get(mark) ?? 0;
    if (count > 1) marks.set(mark, count - 1);
    else marks.delete(mark);
    return count > 0;
  };
  const release = (): void => {
    for (const { record } of held.splice(0)) pass(record);
  };

  return {
    begins(): Within {
      living += 1;
      return {
        tells(mark) {
          const at = held.findIndex((one) => one.mark === mark);
          if (at !== -1) held.splice(at, 1);
          else marks.set(mark, (marks.get(mark) ?? 0) + 1);
          forgetOldest(marks, mostMarks);
        },
        ended() {
          living -= 1;
          if (living === 0) release();
        },
      };
    },
    emit(record: RecordDraft): void {
      const mark = markOf(record);
      if (mark === null) pass(record);
      else if (!isTold(mark)) {
        if (living === 0) pass(record);
        else held.push({ mark, record });
        if (held.length > mostHeld) for (const one of held.splice(0, 1)) pass(one.record);
      }
    },
    /** At the end of the run. */
    finish: release,
  };
}
