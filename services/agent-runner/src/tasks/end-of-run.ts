import type { LeaseEnd } from '@telltale/contracts/http/task-leases';
import type { RunEnd } from '../keeper/protocol.ts';

/** How a run ended, in the words of a lease. */
export type TaskEnd = Pick<LeaseEnd, 'end_reason' | 'exit_code' | 'error_message' | 'given_back'>;
type Ended = Pick<RunEnd, 'end_reason' | 'exit_code' | 'signal' | 'start_error'>;

/** What is said of an end beside its reason; a run that a limit or a person ended says so by its reason. */
function whyOf({ end_reason, exit_code, signal, start_error }: Ended): string | null {
  if (end_reason === 'completed' || end_reason === 'cancelled') return null;
  if (start_error !== null) return start_error;
  if (end_reason !== 'failed' && end_reason !== 'killed') return `the run was ended by its limit: ${end_reason}`;
  return signal === null ? `the program exited with code ${exit_code}` : `the program was ended by ${signal}`;
}

export function taskEndOf(end: Ended): TaskEnd {
  const why = whyOf(end);
  const { end_reason, exit_code } = end;
  return {
    end_reason,
    ...(exit_code === null ? {} : { exit_code }),
    ...(why === null ? {} : { error_message: why }),
  };
}
