import { createHash, randomBytes } from 'node:crypto';

type Bytes = Iterable<Buffer> | AsyncIterable<Buffer>;

/**
 * A form with one file, `content`, at its end, made anew each time that `body` is called. `onHash` hears the sha256 of the
 * content once all of it was read.
 */
export function multipartBody(
  fields: Readonly<Record<string, string | undefined>>,
  open: () => Bytes,
  onHash: (sha256: string) => void,
): { contentType: string; body: () => AsyncIterable<Buffer> } {
  const boundary = `telltale-${randomBytes(18).toString('hex')}`;
  const head = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`],
  );
  head.push(
    `--${boundary}\r\nContent-Disposition: form-data; name="content"; filename="content"\r\n` +
      'Content-Type: application/octet-stream\r\n\r\n',
  );
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    async *body() {
      const hash = createHash('sha256');
      yield Buffer.from(head.join(''), 'utf8');
      for await (const chunk of open()) {
        hash.update(chunk);
        yield chunk;
      }
      onHash(hash.digest('hex'));
      yield Buffer.from(`\r\n--${boundary}--\r\n`);
    },
  };
}
