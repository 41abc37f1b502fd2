-- What people say about prices, and the repricing of calls that are stored already.

-- The head of a team's own prices; the gateway writes it. '*' is the instance: its rows hold for every team, after the
-- team's own. revision rises with each change, so that a collector sees cheaply that its prices are old.
create table price_list (
  team_id       text        primary key,
  revision      bigint      not null default 1,
  -- What a call costs whose model nobody prices; null: it stays unknown.
  default_price jsonb,
  changed_by    text        not null,
  changed_at    timestamptz not null default now()
);

create sequence price_position as bigint;

-- Dated rows in the form of the overrides file (libs/contracts/src/price-rows.ts); the gateway writes them. Money in
-- jsonb is decimal strings.
create table price_override (
  team_id     text        not null,
  price_id    uuid        not null,
  -- Of rows that are equally good the later one wins.
  position    bigint      not null default nextval('price_position'),
  provider    text,
  model       text        not null,
  valid_from  timestamptz,
  valid_until timestamptz,
  per_million jsonb,
  per_request text,
  tiers       jsonb,
  factors     jsonb,
  discount    numeric,
  source      text,
  note        text,
  created_by  text        not null,
  created_at  timestamptz not null default now(),
  primary key (team_id, price_id)
);
-- Setting the same thing for the same model and time again replaces the row; a discount leaves a price beside it alone.
create unique index price_override_line on price_override (team_id, model, coalesce(provider, ''),
  coalesce(valid_from, '-infinity'::timestamptz), coalesce(valid_until, 'infinity'::timestamptz),
  ((per_million is not null or per_request is not null)), ((factors is not null)), ((discount is not null)));

-- A wish to price stored calls anew; the gateway writes it.
create table reprice_request (
  team_id      text        not null,
  reprice_id   uuid        not null,
  -- Calls from from_at up to, not including, to_at; null: no bound.
  from_at      timestamptz,
  to_at        timestamptz,
  model        text,
  dry_run      boolean     not null,
  requested_by text        not null,
  requested_at timestamptz not null default now(),
  primary key (team_id, reprice_id)
);

-- How far it is; the aggregator writes it, in the transaction that changes the calls.
create table reprice_progress (
  team_id         text        not null,
  reprice_id      uuid        not null,
  -- running, done, failed
  state           text        not null default 'running',
  -- The last call that was looked at, in the order of (at, call_id).
  cursor_at       timestamptz,
  cursor_id       uuid,
  calls           bigint      not null default 0,
  changed_calls   bigint      not null default 0,
  before_usd      numeric     not null default 0,
  after_usd       numeric     not null default 0,
  before_unpriced bigint      not null default 0,
  after_unpriced  bigint      not null default 0,
  price_version   text,
  failures        integer     not null default 0,
  error           text,
  started_at      timestamptz not null default now(),
  ended_at        timestamptz,
  primary key (team_id, reprice_id)
);
