-- What went because it was kept long enough, and how that is told from what came late.

-- Which batch number was the last at what time, noted every hour: a partition that holds no number above that of thirty
-- days ago was received thirty days ago, whatever the times of its records say.
create table batch_clock (
  at       timestamptz primary key,
  batch_no bigint      not null
);

-- Records that were stored and have gone: by age, or because the store had grown to its ceiling ('size').
create table expired (
  team_id    text        not null,
  -- A kind of record.
  kind       text        not null,
  -- UTC day of the records' own times.
  day        date        not null,
  reason     text        not null,
  records    bigint      not null,
  dropped_at timestamptz not null,
  primary key (team_id, kind, day, reason, dropped_at)
);
