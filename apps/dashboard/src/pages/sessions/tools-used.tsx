import { BarList } from '../../ui/bar-list.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Panel } from '../../ui/panel.tsx';

export function ToolsUsed({ tools }: { tools: Readonly<Record<string, number>> }) {
  const rows = Object.entries(tools).map(([name, calls]) => ({
    key: name,
    label: name,
    value: calls,
    text: String(calls),
  }));
  return (
    <Panel title="Tools used">
      {rows.length === 0 ? (
        <EmptyState title="No tool was called">Tools appear with the first call of each.</EmptyState>
      ) : (
        <BarList rows={rows.toSorted((left, right) => right.value - left.value)} />
      )}
    </Panel>
  );
}
