import type { DefaultTime, NullableJson } from './columns.ts';

// The artifact store's own tables; migrations/0019_artifacts.sql says what each column means.

export type StoredArtifactTable = {
  team_id: string;
  artifact_id: string;
  object_id: string;
  artifact_type: string;
  size_bytes: number;
  sha256: string;
  metadata: NullableJson;
  task_id: string | null;
  run_id: string | null;
  created_by: string;
  created_at: DefaultTime;
};

export type LooseObjectTable = { team_id: string; object_id: string; since: DefaultTime };

export type ArtifactUsageTable = { team_id: string; used_bytes: number };
