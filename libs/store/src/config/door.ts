// What people configure: keys and teams. Written by the gateway, and by `telltale keys` inside its container.
export type { Db } from '../database.ts';
export { createKey, createOperatorKey, type NewKey } from './create-key.ts';
export { auditReplay, dropDeadLetter, type LetterDecision } from './dead-letters.ts';
export { findKey, type StoredKey } from './find-key.ts';
export { listKeys, type KeyPage } from './list-keys.ts';
export { parseKey, secretMatches, type KeyText } from './key-text.ts';
export { findRepair, requestRepair, type RepairRow, type RepairWish } from './repair-requests.ts';
export { revokeKey, type Revocation } from './revoke-key.ts';
export { everyTeamsPrices, loadPrices, type TeamPrices } from '../prices/load-prices.ts';
export { listPrices, type StoredPriceRow } from './prices/list-prices.ts';
export { removePrice } from './prices/remove-price.ts';
export { findReprice, requestReprice, type RepriceRow, type RepriceWish } from './prices/reprice-requests.ts';
export { readTeam, setTeam, type TeamChange } from './team-settings.ts';
export { setPrices, type PriceChange } from './prices/set-prices.ts';
