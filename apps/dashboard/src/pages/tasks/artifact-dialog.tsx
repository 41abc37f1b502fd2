import { useQuery } from '@tanstack/react-query';
import { artifactTextQuery } from '../../server/artifacts.ts';
import { Answer } from '../../ui/answer.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextOrDiff } from '../../ui/text-or-diff.tsx';

/** The beginning of an artifact, in front of the page. */
export function ArtifactDialog({ address, title, onClose }: { address: string; title: string; onClose: () => void }) {
  const query = useQuery(artifactTextQuery(address));
  return (
    <Dialog isWide open onOpenChange={(next) => (next ? undefined : onClose())} title={title}>
      <div className="px-5 pb-4">
        <Answer query={query}>
          {({ text, isCut }) => (
            <>
              <pre
                tabIndex={0}
                aria-label={title}
                className="max-h-[58vh] overflow-auto rounded-md border border-line bg-raised p-3 font-mono text-xs"
              >
                {text === '' ? 'It is empty.' : <TextOrDiff text={text} />}
              </pre>
              {isCut ? (
                <p className="pt-2 text-sm text-quiet">This is its beginning; download it to see all of it.</p>
              ) : null}
            </>
          )}
        </Answer>
      </div>
    </Dialog>
  );
}
