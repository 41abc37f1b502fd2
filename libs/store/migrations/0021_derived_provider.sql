-- Who sells a model of that name, of calls whose sender did not say; what a sender said stands in provider and goes first.
alter table llm_call add column derived_provider text;
alter table calls add column derived_provider text;
