import { memo } from 'react';
import { parseAnsi } from './parse-ansi.ts';

/** A line of a terminal in its colours; text only, so that nothing an agent writes is read as markup. */
export const AnsiText = memo(function AnsiText({ text }: { text: string }) {
  return (
    <>
      {parseAnsi(text).map((part, index) =>
        part.className === '' ? (
          part.text
        ) : (
          <span key={index} className={part.className}>
            {part.text}
          </span>
        ),
      )}
    </>
  );
});
