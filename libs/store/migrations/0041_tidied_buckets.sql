-- Of past days also the buckets of two hours are put in order now, and rows of a day by eight of them: those of the last month,
-- which most questions are about, are done again with its quarter hours.
update tidied_quarters set day = day - 32, series_id = null;
