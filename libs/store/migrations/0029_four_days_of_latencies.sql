-- Latencies of four days (5760): taking apart the bins of every day of a month costs more than anything else about it.
insert into rollup_bin (team_id, series_id, grain, measure, bucket, bins, counts)
  select team_id, series_id, 5760, measure, bucket, array_agg(bin), array_agg(n)
  from (select b.team_id, b.series_id, b.measure, date_bin('96 hours', b.bucket, timestamptz 'epoch') as bucket, part.bin,
      sum(part.n)::bigint as n
    from rollup_bin b cross join lateral unnest(b.bins, b.counts) as part (bin, n)
    where b.grain = 1440
    group by 1, 2, 3, 4, 5 having sum(part.n) <> 0) single
  group by 1, 2, 4, 5;
