const isDiff = (text: string): boolean => /^(?:diff --git|--- \S)/m.test(text) && /^@@ /m.test(text);

const toneOf = (line: string): string => {
  if (line.startsWith('@@')) return 'text-series-2';
  if (line.startsWith('+')) return 'bg-good/8 text-good';
  return line.startsWith('-') ? 'bg-bad/8 text-bad' : '';
};

/** A text as it is; one that is a diff with what went out and came in. */
export function TextOrDiff({ text }: { text: string }) {
  if (!isDiff(text)) return text;
  return text.split('\n').map((line, index) => (
    <span key={index} className={`block ${toneOf(line)}`}>
      {line === '' ? ' ' : line}
    </span>
  ));
}
