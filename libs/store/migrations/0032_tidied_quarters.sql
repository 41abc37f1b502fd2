-- Up to where the quarter hours of a team's past days were put in order: days before `day` are, and of that day the series
-- up to `series_id`. Written by the aggregator.
create table tidied_quarters (
  team_id   text not null primary key,
  -- UTC.
  day       date not null,
  -- null: none of them yet.
  series_id uuid
);
