/** The text of at most `most` bytes; a character cut by that limit is left out, other bad bytes become U+FFFD. */
export function decodeLine(bytes: Buffer, most: number): string {
  if (bytes.length <= most) return storable(bytes.toString('utf8'));
  let end = most;
  // Continuation bytes are 10xxxxxx: step back to where the cut character begins.
  while (end > most - 4 && end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return storable(bytes.toString('utf8', 0, end));
}

/** PostgreSQL holds no NUL. */
function storable(text: string): string {
  return text.includes('\u0000') ? text.replaceAll('\u0000', '\uFFFD') : text;
}

/** A record may have 256 KiB of JSON; what else it carries has room in the rest. */
const mostJsonBytes = 200 * 1024;

/** The head of a text whose JSON form fits into a record: a control character takes six bytes there. */
export function fitForRecord(text: string): string {
  let fitting = text;
  // Nothing shorter than this can be too long.
  while (fitting.length * 6 > mostJsonBytes) {
    const bytes = Buffer.byteLength(JSON.stringify(fitting));
    if (bytes <= mostJsonBytes) break;
    fitting = fitting.slice(0, Math.floor((fitting.length * mostJsonBytes) / bytes) - 1).toWellFormed();
  }
  return fitting;
}
