import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createZstdDecompress } from 'node:zlib';
import { isJson, listOf, type Json } from '@telltale/answers/json-fields';

/** Longer lines (pictures in a conversation) hold no usage that is worth the memory. */
const longestLine = 64 * 1024 * 1024;

const parse = (text: string): Json | null => {
  try {
    const json: unknown = JSON.parse(text);
    return isJson(json) ? json : null;
  } catch {
    // The last line of a conversation that is going on may be half written: the next import reads it.
    return null;
  }
};

/** The lines of a transcript that are JSON objects; a whole document of messages is read as its messages. */
export async function* readLines(path: string): AsyncGenerator<Json> {
  const file = createReadStream(path);
  const input = path.endsWith('.zst') ? file.pipe(createZstdDecompress()) : file;
  if (path.endsWith('.json')) {
    const chunks: Buffer[] = [];
    for await (const chunk of input as AsyncIterable<Buffer>) chunks.push(chunk);
    const whole = parse(Buffer.concat(chunks).toString());
    if (whole === null) return;
    yield whole;
    yield* listOf(whole, 'messages');
    return;
  }
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const json = text === '' || text.length > longestLine ? null : parse(text);
    if (json !== null) yield json;
  }
}
