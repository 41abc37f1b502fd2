-- A list of tasks shows the first few inputs as their sender wrote them. json keeps the order of keys, jsonb does not.
-- An older service goes on: it writes and reads the same text. Events of tasks are few, so that the rewrite is short.
alter table task_event alter column inputs type json using inputs::json;
alter table task alter column inputs type json using inputs::json;
