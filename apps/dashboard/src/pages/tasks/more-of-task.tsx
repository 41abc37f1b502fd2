import { mostOfTask, type ListOfTask, type TaskDetail } from '@telltale/contracts/http/tasks';

/** Says which of a panel's lists go on after what is shown; nothing where all are whole. */
export function MoreOfTask({ task, lists }: { task: TaskDetail; lists: readonly ListOfTask[] }) {
  const cut = lists.filter((list) => task.truncated?.includes(list) === true).map((list) => list.replace('_', ' '));
  if (cut.length === 0) return null;
  return <p className="pt-1 text-xs text-quiet">{`Of ${cut.join(', ')} there are more than these ${mostOfTask}.`}</p>;
}
