import { TelltaleError } from '@telltale/contracts/errors';
import {
  artifactMetadata,
  artifactsAnswer,
  artifactsQuery,
  artifactUri,
  type ArtifactMetadata,
} from '@telltale/contracts/http/artifacts';
import { teamQuery } from '@telltale/contracts/http/query';
import { findArtifact, listArtifacts, readArtifactUsage, type ArtifactRow, type Db } from '@telltale/store/config';
import { z } from 'zod';
import { actorOf } from '../auth/actor.ts';
import { cursorsOf } from '../http/cursor.ts';
import { allow, documented } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { getContent } from './get-content.ts';
import { postArtifact, type PostArtifactDeps } from './post-artifact.ts';
import type { ObjectStore } from './object-store.ts';

export type ArtifactDeps = PostArtifactDeps & { db: Db; store: ObjectStore; quota: number | null };

const cursors = cursorsOf('artifacts', z.tuple([z.iso.datetime({ precision: 6 }), z.uuid()]));

const toMetadata = ({ object_id: _object, created_at, ...row }: ArtifactRow): ArtifactMetadata => ({
  ...row,
  uri: artifactUri(row.artifact_id),
  created_at: created_at.toISOString(),
});

const params = z.object({ artifact_id: z.uuid() });
const querystring = z.strictObject(teamQuery);

/** What runs and people keep: any file, by an id that cannot be guessed. */
export async function artifactRoutes(app: ZodApp, deps: ArtifactDeps): Promise<void> {
  const { db, keeper, quota } = deps;
  const find = async (teamId: string, id: string): Promise<ArtifactRow> => {
    const row = await findArtifact(db, teamId, id);
    if (row === undefined) throw new TelltaleError('not_found', 'there is no such artifact');
    return row;
  };
  await postArtifact(app, deps);

  app.get(
    '/api/v1/artifacts',
    {
      config: allow('read', 'runner'),
      schema: {
        querystring: artifactsQuery,
        ...documented('Artifacts', 'Artifacts, newest first', { 200: artifactsAnswer }),
      },
    },
    async ({ team, query }) => {
      const { task_id: taskId, run_id: runId, artifact_type: artifactType, limit, offset } = query;
      const place = cursors.read(team, query);
      const after = place === null ? null : { createdAt: place[0], artifactId: place[1] };
      const page = await listArtifacts(db, { teamId: team, taskId, runId, artifactType, after, limit, offset });
      const end: [string, string] | null = page.end === null ? null : [page.end.createdAt, page.end.artifactId];
      return {
        artifacts: page.artifacts.map(toMetadata),
        used_bytes: await readArtifactUsage(db, team),
        quota_bytes: quota,
        limit,
        offset,
        ...cursors.write(team, query, end),
      };
    },
  );

  app.get(
    '/api/v1/artifacts/:artifact_id/metadata',
    {
      config: allow('read', 'runner'),
      schema: {
        params,
        querystring,
        ...documented('Artifacts', 'What is known of an artifact', { 200: artifactMetadata }),
      },
    },
    async (request) => toMetadata(await find(request.team, request.params.artifact_id)),
  );

  getContent(app, { find, store: deps.store });

  app.delete(
    '/api/v1/artifacts/:artifact_id',
    {
      config: allow('admin'),
      schema: {
        params,
        querystring,
        ...documented('Artifacts', 'Remove an artifact; the record of it stays', { 204: z.void().describe('Removed') }),
      },
    },
    async (request, reply) => {
      const actor = actorOf(callerOf(request));
      const found = await keeper.remove(request.team, request.params.artifact_id, actor);
      if (!found) throw new TelltaleError('not_found', 'there is no such artifact');
      return reply.code(204).send();
    },
  );
}
