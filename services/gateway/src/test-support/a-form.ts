/** An upload as `inject` sends it, of the values that a JSON body would have. */
export function formOf(values: unknown) {
  const { content, ...fields } = Object(values) as Record<string, unknown>;
  const text = (value: unknown): string =>
    (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed();
  const named = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, text(value)]));
  return aForm(named, content === undefined ? null : text(content));
}

/** An upload as `inject` sends it. */
export function aForm(fields: Readonly<Record<string, string>>, content: string | Buffer | null, after = '') {
  const boundary = 'a-boundary-of-a-test';
  const part = (head: string, body: string | Buffer) =>
    Buffer.concat([Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), Buffer.from(body), Buffer.from('\r\n')]);
  const parts = Object.entries(fields).map(([name, value]) =>
    part(`Content-Disposition: form-data; name="${name}"`, value),
  );
  const file = 'Content-Disposition: form-data; name="content"; filename="f"\r\nContent-Type: application/octet-stream';
  if (content !== null) parts.push(part(file, content));
  if (after !== '') parts.push(part(`Content-Disposition: form-data; name="${after}"`, 'late'));
  return {
    payload: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}
