import { randomUUID } from 'node:crypto';
import { pipeline, type Readable } from 'node:stream';
import { TelltaleError } from '@telltale/contracts/errors';
import type { ArtifactFields } from '@telltale/contracts/http/artifacts';
import {
  evictArtifacts,
  findArtifact,
  forgetLoose,
  noteLoose,
  readArtifactUsage,
  removeArtifact,
  storeArtifact,
  type ArtifactRow,
  type Db,
} from '@telltale/store/config';
import type { Log } from '@telltale/runtime/log';
import type { ArtifactSettings } from './artifact-settings.ts';
import { createMeasure } from './measure.ts';
import type { ObjectStore } from './object-store.ts';

export type ArtifactKeeper = ReturnType<typeof createArtifactKeeper>;

/** A content that is durable and not known yet. */
export type TakenArtifact = AsyncDisposable & {
  /** Makes it an artifact. Throws `artifact_quota_exceeded` when it does not fit any more. */
  commit(): Promise<ArtifactRow>;
};

/** The sender went, or what it sent ended in the middle. */
export class ContentCutError extends Error {
  constructor(cause: unknown) {
    super('the content ended before it was whole', { cause });
    this.name = 'ContentCutError';
  }
}

const mostTries = 5;

const overQuota = (quota: number, used: number): TelltaleError =>
  new TelltaleError(
    'artifact_quota_exceeded',
    `the team keeps ${used} of ${quota} bytes of artifacts and this one does not fit; remove some, or raise TELLTALE_ARTIFACTS_QUOTA`,
    { errors: [{ pointer: '#/content', code: 'artifact_quota_exceeded', detail: 'does not fit into what is left' }] },
  );

/** Puts the content of artifacts into the store and what is known of them into the database, so that both agree. */
export function createArtifactKeeper(deps: {
  db: Db;
  store: ObjectStore;
  quota: number | null;
  whenFull: ArtifactSettings['whenFull'];
  log: Log;
}) {
  const { db, store, quota, whenFull, log } = deps;
  const evicts = whenFull === 'evict';

  /** What cannot be removed now is loose, and swept later. */
  const removeLoose = async (team_id: string, object_id: string): Promise<void> => {
    try {
      await store.remove(object_id);
      await forgetLoose(db, { team_id, object_id });
    } catch (error) {
      log.warn({ err: error, object_id }, 'an object without an artifact is left for the next sweep');
    }
  };

  const removeAll = async (teamId: string, objectIds: readonly string[]): Promise<void> => {
    for (const objectId of objectIds) await removeLoose(teamId, objectId);
  };

  const write = async (objectId: string, content: Readable, most: number | null, tooMuch: () => Error) => {
    const measure = createMeasure({ most, tooMuch });
    // It may have broken already; what follows is heard before the pipeline hears it: what breaks first is to blame.
    let cutOff = content.destroyed && !content.readableEnded;
    const blame = (): void => {
      cutOff ||= !content.readableEnded && !measure.stream.destroyed;
    };
    content.once('error', blame).once('close', blame);
    // Its errors come out of `write`, through the stream that it reads.
    pipeline(content, measure.stream, () => undefined);
    try {
      await store.write(objectId, measure.stream);
    } catch (error) {
      measure.stream.destroy();
      if (error instanceof TelltaleError) throw error;
      if (cutOff) throw new ContentCutError(error);
      throw new TelltaleError('unavailable', 'the artifact store failed; send the artifact again', {
        retryAfter: 2,
        cause: error,
      });
    }
    return { size_bytes: measure.bytes(), sha256: measure.sha256() };
  };

  return {
    /**
     * Takes the content as it comes, in bounded memory. Resolves when it is durable; `commit` makes it known, and without
     * that it goes again when disposed. An artifact that was stored before under the caller's own id is answered as it is,
     * whatever is sent now. Throws `artifact_quota_exceeded`, `unavailable` when the store failed, or ContentCutError.
     */
    async take(team_id: string, fields: ArtifactFields, content: Readable, created_by: string): Promise<TakenArtifact> {
      const artifact_id = fields.artifact_id ?? randomUUID();
      const before = fields.artifact_id === undefined ? undefined : await findArtifact(db, team_id, artifact_id);
      if (before !== undefined) {
        content.resume();
        return { commit: async () => before, [Symbol.asyncDispose]: async () => undefined };
      }
      // What makes room for itself may be as large as the whole quota.
      const used = quota === null || evicts ? 0 : await readArtifactUsage(db, team_id);
      const refuse = () => overQuota(quota ?? 0, used);
      if (quota !== null && used >= quota) throw refuse();
      const object_id = randomUUID();
      await noteLoose(db, { team_id, object_id });
      let owned = false;
      const discard = async (): Promise<void> => {
        if (!owned) await removeLoose(team_id, object_id);
      };
      const left = quota === null ? null : quota - used;
      const written = await write(object_id, content, left, refuse).catch(async (error: unknown) => {
        await discard();
        throw error;
      });
      const { artifact_type, metadata = null, task_id = null, run_id = null } = fields;
      const about = { artifact_type, metadata, task_id, run_id, created_by };
      return {
        async commit() {
          const wish = { team_id, artifact_id, object_id, ...written, ...about, quota };
          let row = await storeArtifact(db, wish);
          // Others may fill the room that was made before this one is in it.
          for (let tries = 0; row === 'over_quota' && evicts && quota !== null && tries < mostTries; tries += 1) {
            const gone = await evictArtifacts(db, { teamId: team_id, bytes: written.size_bytes, quota });
            log.warn({ team: team_id, artifacts: gone.objectIds.length, bytes: gone.bytes }, 'artifacts made room');
            await removeAll(team_id, gone.objectIds);
            row = await storeArtifact(db, wish);
          }
          if (row === 'over_quota') throw refuse();
          if (row === 'swept') {
            throw new TelltaleError('unavailable', 'the upload took longer than a day; send it again', {
              retryAfter: 2,
            });
          }
          owned = row.object_id === object_id;
          return row;
        },
        [Symbol.asyncDispose]: discard,
      };
    },
    /** Removes objects that belong to no artifact any more; what cannot be is swept later. */
    removeAll,
    /** False when there is no such artifact. */
    async remove(teamId: string, artifactId: string, actor: string): Promise<boolean> {
      const objectId = await removeArtifact(db, { teamId, artifactId, actor });
      if (objectId === null) return false;
      await removeLoose(teamId, objectId);
      return true;
    },
  };
}
