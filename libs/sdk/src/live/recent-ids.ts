import type { LiveMessage, LiveSnapshot } from '@telltale/contracts/live';

/** Ids that are remembered: more than any one frame or snapshot of a few agents holds. */
const remembered = 5_000;

/**
 * What was handed over lately, so that an item is handed over once even when a connection broke in the middle of what
 * the server was catching up on.
 */
export function createRecentIds() {
  let ids = new Set<string>();
  let older = new Set<string>();

  const isNew = (id: string): boolean => {
    if (ids.has(id) || older.has(id)) return false;
    if (ids.size >= remembered) {
      older = ids;
      ids = new Set();
    }
    ids.add(id);
    return true;
  };

  const note = (shown: { git_activities: { id: string }[]; activity_logs: { id: string }[] }): void => {
    for (const { id } of [...shown.git_activities, ...shown.activity_logs]) isNew(id);
  };

  return {
    /** Starts over with what a fresh snapshot shows. */
    reset(snapshot: LiveSnapshot): void {
      ids = new Set();
      older = new Set();
      if ('agents' in snapshot) snapshot.agents.forEach(note);
      else note(snapshot);
    },

    /** The message without items that were handed over before; null when nothing of it is left. */
    fresh(message: LiveMessage): LiveMessage | null {
      const { data } = message;
      if (!('items' in data)) return message;
      const items = data.items.filter(({ id }) => isNew(id));
      if (items.length === data.items.length) return message;
      if (items.length === 0 && !('token_usage' in data) && data.dropped === undefined) return null;
      return { ...message, data: { ...data, items } } as LiveMessage;
    },
  };
}
