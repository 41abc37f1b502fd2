import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '@telltale/runtime/make-folder';
import { runTerms, type RunTerms } from '@telltale/contracts/http/run-terms';
import type { Log } from '@telltale/runtime/log';
import type { BudgetPort, RunSpender } from './budget-port.ts';

/** A program does not wait longer than this to be started. */
const answerMs = 1_500;

const noTerms: RunTerms = {
  budgets: { version: '', time_zone: 'UTC', rules: [] },
  limits: {},
  prices: { own: null, shared: null },
  most_output_tokens: null,
};

function remembered(file: string | undefined): RunTerms {
  if (file === undefined) return noTerms;
  try {
    return runTerms.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Nothing was ever heard, or not by this version.
    return noTerms;
  }
}

function remember(file: string | undefined, terms: RunTerms, log: Log): void {
  if (file === undefined) return;
  try {
    makeFolder(dirname(file));
    writeFileSync(`${file}.new`, JSON.stringify(terms), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    log.warn({ err: error, file }, 'what holds for runs could not be written down');
  }
}

/** What holds for a run; where nobody answers, what held last (a hard budget holds then too), else nothing. Never rejects. */
export async function readTerms({
  port,
  spender,
  file,
  log,
}: {
  port: Pick<BudgetPort, 'terms'>;
  spender: RunSpender;
  /** Where it is written down for when nobody answers. */
  file: string | undefined;
  log: Log;
}): Promise<RunTerms> {
  try {
    const terms = await port.terms(spender, AbortSignal.timeout(answerMs));
    remember(file, terms, log);
    return terms;
  } catch (error) {
    log.warn({ err: error }, 'nobody says what holds for this run; what held last does');
    return remembered(file);
  }
}
