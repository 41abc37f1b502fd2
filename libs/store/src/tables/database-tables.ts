import type { ArtifactUsageTable, LooseObjectTable, StoredArtifactTable } from './artifacts.ts';
import type { BudgetBookTable, BudgetTable, RunLimitsTable } from './budgets.ts';
import type {
  ApiKeyTable,
  AuditEntryTable,
  BrowserSessionTable,
  SchemaVersionTable,
  SignInLinkTable,
  TeamTable,
} from './configuration.ts';
import type { BatchLedgerTable, DeadLetterTable, LostRangeTable, ProducerTable, StoreEpochTable } from './delivery.ts';
import type { DerivedTables } from './derived.ts';
import type { PriceListTable, PriceOverrideTable, RepriceProgressTable, RepriceRequestTable } from './prices.ts';
import type { RepairProgressTable, RepairRequestTable } from './repairs.ts';
import type { RecordTables } from './records.ts';
import type { RunCommandTable } from './run-commands.ts';
import type { RunnerTable, RunnerTokenTable } from './runners.ts';
import type { BatchClockTable, ExpiredTable } from './retention.ts';
import type { CrewTable, TaskOrderTable, TaskOutboxTable } from './tasks.ts';

/** Every table and its columns, as Kysely sees them. */
export type Database = RecordTables &
  DerivedTables & {
    batch_ledger: BatchLedgerTable;
    producer: ProducerTable;
    lost_range: LostRangeTable;
    store_epoch: StoreEpochTable;
    dead_letter: DeadLetterTable;
    team: TeamTable;
    api_key: ApiKeyTable;
    browser_session: BrowserSessionTable;
    sign_in_link: SignInLinkTable;
    audit_entry: AuditEntryTable;
    price_list: PriceListTable;
    price_override: PriceOverrideTable;
    reprice_request: RepriceRequestTable;
    reprice_progress: RepriceProgressTable;
    repair_request: RepairRequestTable;
    repair_progress: RepairProgressTable;
    run_command: RunCommandTable;
    runner: RunnerTable;
    runner_token: RunnerTokenTable;
    budget: BudgetTable;
    budget_book: BudgetBookTable;
    run_limits: RunLimitsTable;
    task_order: TaskOrderTable;
    task_outbox: TaskOutboxTable;
    crew: CrewTable;
    stored_artifact: StoredArtifactTable;
    loose_object: LooseObjectTable;
    artifact_usage: ArtifactUsageTable;
    batch_clock: BatchClockTable;
    expired: ExpiredTable;
    schema_version: SchemaVersionTable;
  };
