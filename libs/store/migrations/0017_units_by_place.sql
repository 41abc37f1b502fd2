-- The units of a user, project or host, found without reading those of everybody else. None of the three ever changes in
-- a row, so updates of totals stay in their page.
create index unit_total_user on unit_total (team_id, cube, user_id) where user_id is not null;
create index unit_total_project on unit_total (team_id, cube, project) where project is not null;
create index unit_total_host on unit_total (team_id, cube, host) where host is not null;
