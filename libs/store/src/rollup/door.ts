// What the aggregator may do: make rollups, calls and states of raw records. It alone writes them and marks the ledger.
export {
  chooseCube,
  cubes,
  dimensions,
  grains,
  type Cube,
  type CubeName,
  type Dimension,
  type Grain,
} from './cubes.ts';
export { analyzeGrown } from './analyze-grown.ts';
export { foldTeam, type FoldLimits, type FoldReport } from './fold/fold-team.ts';
export { compareWithRaw, type Comparison, type Difference } from './repair/compare.ts';
export { dropOldMinutes } from './repair/drop-old-minutes.ts';
export type { Range } from './repair/fill-range.ts';
export { recompute } from './repair/recompute.ts';
export { failRepair, openRepairs, repairStep, type RepairKey } from './repair/repair-step.ts';
export { pruneLedger } from './prune-ledger.ts';
export { noteBatchClock } from '../retention/batch-clock.ts';
export { countDefaults, emptyDefaults, type DefaultRows } from '../retention/default-partition.ts';
export { expireRaw } from '../retention/expire-raw.ts';
export { expireRollups } from '../retention/expire-rollups.ts';
export type { RetentionReport, RetentionRules } from '../retention/rules.ts';
export { readLiveTotals } from './read-live-totals.ts';
export { countStore, type StoreCounts } from './count-store.ts';
export { listSilentRuns, type SilentRun } from './list-silent-runs.ts';
export { dropOldCanaries } from './drop-old-canaries.ts';
export { tidyBuckets, type TidyReport } from './tidy-buckets.ts';
export { spendByModel } from './spend-by-model.ts';
export { knownTeams, rollupLagMs, teamsWithWork } from './teams-with-work.ts';
export { storeTrouble } from '../store-trouble.ts';
export { loadPrices, type TeamPrices } from '../prices/load-prices.ts';
export { failReprice, openReprices } from './reprice/open-reprices.ts';
export { newestUnfolded, priceSettlesInMs, unfoldedUpTo } from './reprice/still-to-come.ts';
export { repriceStep, type RepriceReport, type RepriceStep } from './reprice/reprice-step.ts';
export type { CallMember } from './calls/call.ts';
