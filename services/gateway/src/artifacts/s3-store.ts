import type { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Settings } from './artifact-settings.ts';
import { ObjectMissingError, type ObjectStore } from './object-store.ts';

/** Two parts of an upload are in memory at a time; 10,000 of them are the most that S3 takes. */
const partBytes = 8 * 1024 * 1024;
const partsAtOnce = 2;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/**
 * Artifacts as objects of a bucket of S3, or of whatever speaks its language at `endpoint`. Checksums that not every
 * such server knows are left out: our own sha256 is beside each artifact. Without credentials of ours the SDK looks
 * where it always does (environment, instance role).
 */
export function openS3Store(settings: S3Settings): ObjectStore & Disposable {
  const { bucket, prefix, endpoint, region, credentials } = settings;
  const client = new S3Client({
    region,
    maxAttempts: 4,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  const placeOf = (objectId: string) => ({ Bucket: bucket, Key: `${prefix}${objectId.slice(0, 2)}/${objectId}` });

  return {
    async write(objectId, content) {
      const upload = new Upload({
        client,
        params: { ...placeOf(objectId), Body: content, ContentType: 'application/octet-stream' },
        partSize: partBytes,
        queueSize: partsAtOnce,
        leavePartsOnError: false,
      });
      await upload.done().catch((error: unknown) => {
        // Some servers cannot take the parts back, and fail with that instead.
        throw content.errored ?? error;
      });
    },
    async read(objectId, range) {
      const wanted = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` };
      const answer = await client
        .send(new GetObjectCommand({ ...placeOf(objectId), ...wanted }))
        .catch((error: unknown) => {
          throw nameOf(error) === 'NoSuchKey' ? new ObjectMissingError(objectId, error) : error;
        });
      if (answer.Body === undefined) throw new ObjectMissingError(objectId, undefined);
      return answer.Body as Readable;
    },
    async remove(objectId) {
      await client.send(new DeleteObjectCommand(placeOf(objectId)));
    },
    async look(abortSignal) {
      await client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal });
      return `the bucket ${bucket}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
    },
    [Symbol.dispose]() {
      client.destroy();
    },
  };
}
