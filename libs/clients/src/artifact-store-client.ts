import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { artifactMetadata, storedArtifact, type ArtifactMetadata } from '@telltale/contracts/http/artifacts';
import { artifactIdOf } from './artifact-id.ts';
import { multipartBody } from './multipart-body.ts';
import { readArtifact } from './read-artifact.ts';
import { RunnerError } from './runner-error.ts';
import { createServiceCaller, type HealthResult, type ServiceCaller } from './service-caller.ts';
import type { GatewayClientOptions } from './task-registry-client.ts';

export type ArtifactStoreOptions = GatewayClientOptions & {
  /** Whose the artifacts are. */
  identity?:
    | { task_id?: string; run_id?: string; agent_id?: string; session_id?: string; crew_id?: string }
    | undefined;
};

/** What is stored: a buffer, a stream (sent once, it cannot be read again), or how to open one, also anew for another try. */
export type ArtifactContent = Buffer | Readable | (() => Readable);

/** `artifactId`: a UUID of the caller's own; what was stored under it before is the answer. */
export type UploadOptions = { artifactId?: string };

export type UploadedArtifact = { uri: string; size_bytes: number; sha256: string };

const service = 'artifact-store';

/** The artifact store of a gateway: any file, streamed both ways, checked by its sha256. */
export class ArtifactStoreClient implements AsyncDisposable {
  readonly #caller: ServiceCaller;
  readonly #identity: Readonly<Record<string, string | undefined>>;
  readonly #query: Readonly<Record<string, string | undefined>>;

  constructor(options: ArtifactStoreOptions) {
    this.#caller = createServiceCaller(service, options);
    this.#identity = options.identity ?? {};
    this.#query = { team_id: options.team };
  }

  /** Any size in bounded memory; the time-out counts for the answer, not for the bytes on their way. */
  async upload(
    artifactType: string,
    content: ArtifactContent,
    metadata?: Readonly<Record<string, unknown>>,
    { artifactId }: UploadOptions = {},
  ): Promise<UploadedArtifact> {
    const operation = 'upload';
    // The same id in each try: it is stored once.
    const artifact_id = artifactId ?? randomUUID();
    const fields = {
      artifact_type: artifactType,
      artifact_id,
      metadata: metadata === undefined ? undefined : JSON.stringify(metadata),
      ...this.#identity,
    };
    let sent = '';
    const form = multipartBody(
      fields,
      () => this.#open(content),
      (sha256) => (sent = sha256),
    );
    return this.#caller.recorded(operation, async () => {
      const stored = await this.#caller.ask(
        {
          operation,
          method: 'POST',
          path: '/api/v1/artifacts',
          query: this.#query,
          headers: { 'content-type': form.contentType },
          body: form.body,
          once: content instanceof Readable,
          untimed: true,
        },
        storedArtifact,
      );
      // Under an id of the caller's it may have been stored by a call before this one.
      if (stored.sha256 !== sent && artifactId === undefined) {
        throw new RunnerError(
          `${service}: what was stored is not what was sent (sha256 ${stored.sha256}, not ${sent})`,
          {
            code: 'INVALID_RESPONSE',
            service,
            operation,
            retryable: false,
          },
        );
      }
      const { uri, size_bytes, sha256 } = stored;
      return { uri, size_bytes, sha256 };
    });
  }

  uploadText(
    artifactType: string,
    text: string,
    metadata?: Readonly<Record<string, unknown>>,
    options: UploadOptions = {},
  ): Promise<UploadedArtifact> {
    return this.upload(artifactType, Buffer.from(text, 'utf8'), metadata, options);
  }

  /** The content as it comes. Where the line breaks it goes on; bytes that are not what was stored fail at their end. */
  async download(uri: string): Promise<Readable> {
    const { bytes } = await readArtifact({ caller: this.#caller, service, query: this.#query }, uri);
    return Readable.from(bytes, { objectMode: false });
  }

  async downloadText(uri: string): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of (await this.download(uri)) as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  async getMetadata(uri: string): Promise<ArtifactMetadata> {
    const operation = 'getMetadata';
    const path = `/api/v1/artifacts/${artifactIdOf(uri, { service, operation })}/metadata`;
    return this.#caller.call({ operation, method: 'GET', path, query: this.#query }, artifactMetadata);
  }

  healthCheck(): Promise<HealthResult> {
    return this.#caller.health('/readyz/artifacts');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#caller[Symbol.asyncDispose]();
  }

  #open(content: ArtifactContent): Iterable<Buffer> | AsyncIterable<Buffer> {
    if (Buffer.isBuffer(content)) return [content];
    return typeof content === 'function' ? content() : content;
  }
}
