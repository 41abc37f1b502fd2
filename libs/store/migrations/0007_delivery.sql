-- Delivery: which store this is, when a producer closed, and what of it never came.

-- One row. A producer that finds another epoch than the one it knew compares what it has sent with what is stored here:
-- the store was restored from a backup, and what it had said of settled batches holds no more.
create table store_epoch (
  singleton  boolean     primary key default true check (singleton),
  epoch      uuid        not null default gen_random_uuid(),
  renewed_at timestamptz not null default now(),
  restores   integer     not null default 0
);
insert into store_epoch default values;

alter table producer
  -- The highest seq it made, said when it closed; null while it is open or was killed.
  add column last_seq        bigint,
  add column closed_at       timestamptz,
  -- Records of batches that came again when their ledger rows were gone.
  add column late_duplicates bigint not null default 0,
  -- Its watermark when the store was last restored: a gap that closes above it is what the restore cost.
  add column restored_seq    bigint;

-- Seqs that were settled without a batch: closed by a producer's floor, by time, or after a restore. A batch that arrives
-- inside one after all is stored and taken out of it.
create table lost_range (
  team_id     text        not null,
  producer_id text        not null,
  first_seq   bigint      not null,
  last_seq    bigint      not null,
  reason      text        not null,
  closed_at   timestamptz not null default now(),
  primary key (team_id, producer_id, first_seq)
);
