import type { Clock } from '@telltale/runtime/clock';
import type { GitActivity } from './git-activity.ts';

/** A line of text and an exact report this close together speak of the same operation. */
const sameMs = 10_000;
/** Of a program that prints more such lines within that time, the oldest are told before. */
const mostHeld = 1_000;

/**
 * One operation seen exactly and as text is told once. Text is the weaker word: it waits until an exact report of the
 * same operation came or can no longer come.
 */
export function createTextJoin({ clock, onActivity }: { clock: Clock; onActivity: (activity: GitActivity) => void }) {
  const exactAt = new Map<string, number>();
  let held: { activity: GitActivity; mono: number; timer: NodeJS.Timeout }[] = [];

  const isTold = (operation: string, mono: number): boolean => {
    const at = exactAt.get(operation);
    return at !== undefined && Math.abs(mono - at) <= sameMs;
  };

  return {
    exact(activity: GitActivity): void {
      const mono = clock.monotonic();
      exactAt.set(activity.operation, mono);
      held = held.filter((text) => {
        const told = text.activity.operation === activity.operation && mono - text.mono <= sameMs;
        if (told) clearTimeout(text.timer);
        return !told;
      });
      onActivity(activity);
    },
    text(activity: GitActivity): void {
      const mono = clock.monotonic();
      if (isTold(activity.operation, mono)) return;
      const waiting = {
        activity,
        mono,
        timer: setTimeout(() => {
          held = held.filter((other) => other !== waiting);
          onActivity(activity);
        }, sameMs),
      };
      held.push(waiting);
      if (held.length <= 2 * mostHeld) return;
      for (const oldest of held.splice(0, mostHeld)) {
        clearTimeout(oldest.timer);
        onActivity(oldest.activity);
      }
    },
    /** No exact report can come any more. */
    flush(): void {
      for (const { activity, timer } of held) {
        clearTimeout(timer);
        onActivity(activity);
      }
      held = [];
    },
  };
}
