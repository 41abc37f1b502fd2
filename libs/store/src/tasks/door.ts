// What is to be run and who has it. Written by the task desk: in the gateway, and in runners that stand beside the store.
export type { Db } from '../database.ts';
export { cancelOrders, type CancelWish } from './cancel-orders.ts';
export { claimNamed, claimOrder, type Claim } from './claim-order.ts';
export { createOrder, type NewOrder } from './create-order.ts';
export { announceCrews, findCrew, listCrews } from './crews.ts';
export { dropOldOrders, teamsWithAnyOrder } from './drop-old-orders.ts';
export { budgetsOfEndedTasks, teamsWithTaskBudgets } from './ended-budgets.ts';
export { endExpiredLeases, endLease, type EndedRun } from './end-lease.ts';
export { findRecordedTask } from './find-recorded-task.ts';
export { findOrder, heldOrders, teamsWithOrders, waitingOrders, type WaitingOrder } from './find-orders.ts';
export { toOrder, type OrderKey, type OrderRow } from './order-row.ts';
export { publishOutbox, teamsWithOutbox } from './outbox.ts';
export { renewLeases } from './renew-leases.ts';
export { setStatus, type StatusOutcome, type StatusWish } from './set-status.ts';
export { withSweepLock } from './sweep-lock.ts';
export type { Teller } from './tell.ts';
