import type { ColumnType } from 'kysely';
import type { Default, DefaultTime, NullableTime } from './columns.ts';

export type TeamTable = {
  team_id: string;
  name: string;
  /** Label names that are rollup dimensions. */
  label_names: Default<string[]>;
  /** IANA name: where hours, days and months of its budgets begin. */
  time_zone: Default<string>;
  created_at: DefaultTime;
};

export type ApiKeyTable = {
  key_id: string;
  /** `*` is the operator's. */
  team_id: string;
  name: string;
  scopes: string[];
  secret_hash: Buffer;
  principal_kind: string;
  principal_id: string;
  created_at: DefaultTime;
  expires_at: NullableTime;
  revoked_at: NullableTime;
  last_used_at: NullableTime;
};

export type AuditEntryTable = {
  team_id: string;
  entry_id: string;
  at: DefaultTime;
  principal: string;
  action: string;
  object: string;
  detail: ColumnType<
    Record<string, unknown>,
    Record<string, unknown> | string | undefined,
    Record<string, unknown> | string
  >;
};

/** One row a migration that was applied. */
export type SchemaVersionTable = {
  version: number;
  name: string;
  applied_at: DefaultTime;
};

/** A person's signed-in browser. */
export type BrowserSessionTable = {
  team_id: string;
  session_id: string;
  key_id: string;
  secret_hash: Buffer;
  previous_hash: Buffer | null;
  rotated_at: DefaultTime;
  created_at: DefaultTime;
  expires_at: ColumnType<Date, Date, Date>;
  ended_at: NullableTime;
};

export type SignInLinkTable = {
  team_id: string;
  link_id: string;
  key_id: string;
  secret_hash: Buffer;
  created_at: DefaultTime;
  expires_at: ColumnType<Date, Date, Date>;
  used_at: NullableTime;
};
