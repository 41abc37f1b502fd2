import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { Redactor } from '@telltale/sdk/capture/redactor';

const longestPiece = 64 * 1024;

/**
 * A file as it may leave the host: line by line without secrets, in bounded memory. Bytes that are no UTF-8 come as they
 * are shown. A line that is longer than a piece is cut between two of them.
 */
export function redactFile(file: string, redactor: Redactor): Readable {
  async function* lines(): AsyncGenerator<Buffer> {
    let held = '';
    const stream = createReadStream(file, { encoding: 'utf8' });
    for await (const chunk of stream as AsyncIterable<string>) {
      held += chunk;
      const end = held.length > longestPiece ? Math.max(held.lastIndexOf('\n') + 1, 0) : 0;
      const cut = end === 0 && held.length > 2 * longestPiece ? longestPiece : end;
      if (cut === 0) continue;
      yield Buffer.from(redactor.redact(held.slice(0, cut)).text, 'utf8');
      held = held.slice(cut);
    }
    if (held !== '') yield Buffer.from(redactor.redact(held).text, 'utf8');
  }
  return Readable.from(lines(), { objectMode: false });
}
