/** A small change, as git writes it. */
export const demoDiff = `diff --git a/src/billing/ledger.ts b/src/billing/ledger.ts
index 3f1c0aa..b81d9e4 100644
--- a/src/billing/ledger.ts
+++ b/src/billing/ledger.ts
@@ -18,9 +18,11 @@ export function post(entry: Entry): void {
   const account = accounts.get(entry.account);
   if (account === undefined) throw new LedgerError('no such account');
-  account.balance += Math.round(entry.amount * 100);
+  // Half to even, as the invoices round: both sides of a booking stay equal.
+  account.balance += roundHalfToEven(entry.amount * 100);
   account.entries.push(entry);
 }
 
-export const total = (entries: Entry[]): number => entries.reduce((sum, { amount }) => sum + amount, 0);
+export const total = (entries: readonly Entry[]): number =>
+  entries.reduce((sum, { amount }) => sum + roundHalfToEven(amount * 100), 0) / 100;
`;
