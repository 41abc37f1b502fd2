import {
  artifactMetadata,
  artifactsAnswer,
  storedArtifact,
  type ArtifactFields,
  type artifactsQuery,
} from '@telltale/contracts/http/artifacts';
import { z } from 'zod';
import { segment, type RestClient } from './rest-client.ts';

/** What is sent of an artifact, its content last. */
export type ArtifactUpload = Omit<Partial<ArtifactFields>, 'artifact_type' | 'metadata'> & {
  artifact_type: string;
  metadata?: Readonly<Record<string, unknown>>;
  content: Blob | string;
};

function formOf({ content, metadata, ...fields }: ArtifactUpload): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
  if (metadata !== undefined) form.set('metadata', JSON.stringify(metadata));
  form.set('content', new Blob([content]), 'content');
  return form;
}

/** The artifact store, for what fits into memory; `libs/clients` streams. */
export function createArtifactApi(client: Pick<RestClient, 'get' | 'post' | 'delete'>) {
  const { get, post } = client;
  return {
    artifacts: (query: z.input<typeof artifactsQuery> = {}) => get('/artifacts', artifactsAnswer, query),
    artifactMetadata: (artifactId: string) => get(`/artifacts/${segment(artifactId)}/metadata`, artifactMetadata),
    artifactContent: (artifactId: string) => get(`/artifacts/${segment(artifactId)}`, z.instanceof(Uint8Array)),
    uploadArtifact: (upload: ArtifactUpload) => post('/artifacts', storedArtifact, formOf(upload)),
    removeArtifact: (artifactId: string) => client.delete(`/artifacts/${segment(artifactId)}`, z.undefined()),
  };
}
