import type { TaskOrder } from '@telltale/contracts/http/task-orders';
import { systemClock, type Clock } from '@telltale/runtime/clock';
import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';

const everyMs = 250;

/**
 * Waits until these tasks have ended, at most `longestMs` (null: as long as it takes), and resolves to their states; says
 * each time fewer are left.
 */
export async function awaitTasks(
  api: Pick<TelltaleApi, 'taskState'>,
  taskIds: readonly string[],
  say: (left: number) => void,
  longestMs: number | null,
  clock: Clock = systemClock,
): Promise<TaskOrder[]> {
  const deadline = longestMs === null ? Infinity : clock.monotonic() + longestMs;
  const states = new Map<string, TaskOrder>();
  let said = taskIds.length;
  for (;;) {
    for (const id of taskIds) {
      if ((states.get(id)?.ended_at ?? null) === null) states.set(id, await api.taskState(id));
    }
    const left = [...states.values()].filter(({ ended_at }) => ended_at === null).length;
    if (left > 0 && left < said) say(left);
    said = left;
    if (left === 0 || clock.monotonic() >= deadline) return [...states.values()];
    await clock.sleep(everyMs);
  }
}
