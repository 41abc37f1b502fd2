import { EmptyState } from './empty-state.tsx';
import { Panel } from './panel.tsx';
import { TextOrDiff } from './text-or-diff.tsx';

/** An open object as it is, indented; a text in it that is a diff is shown as one. */
export function JsonPanel({
  title,
  value,
  empty,
  hint,
}: {
  title: string;
  value: Readonly<Record<string, unknown>> | null;
  empty: string;
  /** What would change that. */
  hint: string;
}) {
  return (
    <Panel title={title}>
      {value === null || Object.keys(value).length === 0 ? (
        <EmptyState title={empty}>{hint}</EmptyState>
      ) : (
        <dl className="max-h-96 overflow-auto text-sm" tabIndex={0} aria-label={title}>
          {Object.entries(value).map(([name, field]) => (
            <div key={name} className="border-b border-line/60 py-1.5 last:border-0">
              <dt className="text-xs text-quiet">{name}</dt>
              <dd>
                <pre className="font-mono text-xs break-words whitespace-pre-wrap">
                  {typeof field === 'string' ? <TextOrDiff text={field} /> : JSON.stringify(field, null, 2)}
                </pre>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  );
}
