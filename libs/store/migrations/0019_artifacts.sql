-- What the artifact store holds; the gateway writes it. The content lies in a folder or a bucket, under its object's id.
create table stored_artifact (
  team_id       text        not null,
  artifact_id   uuid        not null,
  -- Another one each time that the artifact is sent; the first that is there as a whole stays.
  object_id     uuid        not null,
  artifact_type text        not null,
  size_bytes    bigint      not null,
  sha256        text        not null,
  metadata      jsonb,
  task_id       text,
  run_id        text,
  created_by    text        not null,
  created_at    timestamptz not null default now(),
  primary key (team_id, artifact_id)
);

create index stored_artifact_newest on stored_artifact (team_id, created_at, artifact_id);
create index stored_artifact_of_task on stored_artifact (team_id, task_id, created_at, artifact_id)
  where task_id is not null;
create index stored_artifact_of_run on stored_artifact (team_id, run_id, created_at, artifact_id)
  where run_id is not null;

-- Objects that belong to no artifact: they are being sent, or are to be removed. Old ones are swept.
create table loose_object (
  team_id   text        not null,
  object_id uuid        not null,
  since     timestamptz not null default now(),
  primary key (team_id, object_id)
);

create index loose_object_oldest on loose_object (since);

-- What a team keeps in all, moved in the transaction that stores or removes an artifact.
create table artifact_usage (
  team_id    text   not null primary key,
  used_bytes bigint not null
);
