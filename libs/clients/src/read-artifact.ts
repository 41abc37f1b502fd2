import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { artifactIdOf } from './artifact-id.ts';
import { RunnerError } from './runner-error.ts';
import type { ServiceCaller } from './service-caller.ts';
import { mostAttempts, waitBefore } from './with-retries.ts';

const operation = 'download';

/**
 * Opens an artifact; its bytes follow as they are read. A line that breaks in the middle is opened again where it broke,
 * as often in a row as any call is tried. The call is recorded when the last byte was read, or reading ended.
 */
export async function readArtifact(
  deps: { caller: ServiceCaller; service: string; query: Readonly<Record<string, string | undefined>> },
  uri: string,
): Promise<{ bytes: AsyncGenerator<Buffer> }> {
  const { caller, service, query } = deps;
  const path = `/api/v1/artifacts/${artifactIdOf(uri, { service, operation })}`;
  const openAt = (at: number): Promise<{ headers: Readonly<Record<string, unknown>>; body: Readable }> => {
    const headers: Record<string, string> = at === 0 ? {} : { range: `bytes=${at}-` };
    return caller.open({ operation, method: 'GET', path, query, headers });
  };
  const recording = caller.startRecording(operation);
  const first = await openAt(0).catch((error: unknown) => {
    recording.end(error);
    throw error;
  });

  async function* read(): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    let bytes = 0;
    let failures = 0;
    let body = first.body;
    for (;;) {
      try {
        for await (const chunk of body as AsyncIterable<Buffer>) {
          hash.update(chunk);
          bytes += chunk.length;
          failures = 0;
          yield chunk;
        }
        break;
      } catch (error) {
        failures += 1;
        const failed = caller.failure(operation, error);
        if (!(failed instanceof RunnerError) || !failed.retryable || failures >= mostAttempts) {
          throw failed instanceof RunnerError ? failed.after(failures) : failed;
        }
        await caller.clock.sleep(waitBefore(failures, undefined, caller.random));
        body = (await openAt(bytes)).body;
      }
    }
    const wanted = String(first.headers['etag']).replaceAll('"', '');
    const read = hash.digest('hex');
    if (read === wanted) return;
    throw new RunnerError(`${service}: ${uri} came with other bytes than were stored (sha256 ${read}, not ${wanted})`, {
      code: 'INVALID_RESPONSE',
      service,
      operation,
      retryable: false,
    });
  }

  async function* recorded(): AsyncGenerator<Buffer> {
    let outcome: unknown = new Error('it was not read to its end');
    try {
      yield* read();
      outcome = undefined;
    } catch (error) {
      outcome = error;
      throw error;
    } finally {
      recording.end(outcome);
    }
  }
  return { bytes: recorded() };
}
