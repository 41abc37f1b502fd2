import multipart from '@fastify/multipart';
import { artifactForm, storedArtifact, artifactUri } from '@telltale/contracts/http/artifacts';
import { teamQuery } from '@telltale/contracts/http/query';
import { findPlace, type Db } from '@telltale/store/config';
import { z } from 'zod';
import { actorOf } from '../auth/actor.ts';
import { allow, documented } from '../http/operation.ts';
import { callerOf, teamBeforeBody } from '../http/request-context.ts';
import { compileValidator } from '../http/validator.ts';
import type { ZodApp } from '../http/zod-app.ts';
import type { Relay } from '../telemetry/relay.ts';
import { artifactRecord } from './artifact-record.ts';
import type { ArtifactKeeper } from './keep-artifacts.ts';
import { readUpload } from './read-upload.ts';

export type PostArtifactDeps = { db: Db; relay: Relay; keeper: ArtifactKeeper };

/** A gigabyte over a slow line takes its time; the stream itself fails when nothing comes any more. */
export const transferTimeoutMs = 3_600_000;

/** `POST /api/v1/artifacts`: 201 when the content is durable and the record of it is taken. */
export async function postArtifact(parent: ZodApp, { db, relay, keeper }: PostArtifactDeps): Promise<void> {
  await parent.register(async (app: ZodApp) => {
    await app.register(multipart, {
      limits: { fields: 20, parts: 22, files: 2, fieldSize: 64 * 1024, fileSize: Number.MAX_SAFE_INTEGER },
    });
    app.post(
      '/api/v1/artifacts',
      {
        config: allow('ingest', 'runner'),
        bodyLimit: Number.MAX_SAFE_INTEGER,
        handlerTimeout: transferTimeoutMs,
        onRequest: async (request) => relay.ready?.(teamBeforeBody(request)),
        // The form is read, and judged, while it comes.
        validatorCompiler: (route) =>
          route.httpPart === 'body' ? (data: unknown) => ({ value: data }) : compileValidator(route as never),
        schema: {
          consumes: ['multipart/form-data'],
          querystring: z.strictObject(teamQuery),
          body: artifactForm,
          ...documented('Artifacts', 'Store an artifact', { 201: storedArtifact }),
        },
      },
      async (request, reply) => {
        const access = callerOf(request);
        const { team } = request;
        await using upload = await readUpload(request, async (fields, content) => ({
          ...(await keeper.take(team, fields, content, actorOf(access))),
          fields,
        }));
        const { fields } = upload;
        const row = await upload.commit();
        const place = await findPlace(db, { teamId: team, runId: row.run_id, taskId: row.task_id });
        const agentId = fields.agent_id ?? place?.agent_id ?? access.principal.id;
        const owner = { agentId, sessionId: fields.session_id, crewId: fields.crew_id };
        await relay.accept(artifactRecord(team, row, owner, place).batch);
        const { artifact_id, size_bytes, sha256 } = row;
        return reply.code(201).send({ artifact_id, uri: artifactUri(artifact_id), size_bytes, sha256 });
      },
    );
  });
}
