import { z } from 'zod';
import { attributes } from '../records/attributes.ts';
import { count, name } from '../text.ts';
import { filter, instant, pageAnswer, pageQuery, teamQuery } from './query.ts';

/** How records and clients name an artifact of the store: its id behind a scheme, so that it holds behind any address. */
export const artifactUri = (artifactId: string): string => `artifact:${artifactId}`;

const uri = z.string().regex(/^artifact:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, {
  error: 'is not artifact:<id> as the store gave it',
});
export type ArtifactUri = z.output<typeof uri>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The fields before the file of an upload (`multipart/form-data`); `content`, the file, comes last. */
export const artifactFields = z.strictObject({
  /** diff, log, test_result, usage_report, or any word. */
  artifact_type: name,
  /** A JSON object. */
  metadata: z
    .string()
    .max(64 * 1024)
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(attributes)
    .optional(),
  task_id: name.optional(),
  run_id: name.optional(),
  /** Whose it is; the run's when left out, else whoever holds the key. */
  agent_id: name.optional(),
  session_id: name.optional(),
  crew_id: name.optional(),
  /** Made by the caller, so that an upload that is sent again is stored once. */
  artifact_id: z.uuid().toLowerCase().optional(),
});
export type ArtifactFields = z.output<typeof artifactFields>;

/** What the document says of an upload's body. */
export const artifactForm = z.strictObject({
  artifact_type: name.describe('diff, log, test_result, usage_report, or any word'),
  metadata: z.string().describe('a JSON object').optional(),
  task_id: name.optional(),
  run_id: name.optional(),
  agent_id: name.optional(),
  session_id: name.optional(),
  crew_id: name.optional(),
  artifact_id: z.uuid().describe('made by the caller: an upload that is sent again is stored once').optional(),
  content: z.string().meta({ format: 'binary' }).describe('the file; the last part'),
});

export const storedArtifact = z.object({
  artifact_id: z.uuid(),
  uri,
  size_bytes: count,
  sha256,
});
export type StoredArtifact = z.output<typeof storedArtifact>;

export const artifactMetadata = storedArtifact.extend({
  artifact_type: name,
  metadata: z.record(z.string(), z.unknown()).nullable(),
  task_id: z.string().nullable(),
  run_id: z.string().nullable(),
  created_at: instant,
});
export type ArtifactMetadata = z.output<typeof artifactMetadata>;

export const artifactsQuery = z.strictObject({
  ...teamQuery,
  ...pageQuery,
  task_id: filter,
  run_id: filter,
  artifact_type: filter,
});

/** What the team keeps in the store, in bytes; what it may keep there is null when nothing bounds it. */
const space = { used_bytes: z.int(), quota_bytes: z.int().nullable() };
export const artifactsAnswer = z.object({ artifacts: z.array(artifactMetadata), ...pageAnswer, ...space });
