import { fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { fingerprint } from './fingerprint.ts';

/**
 * The oracle's own memory: an append-only file outside the system, synced before a record is handed to the system. One
 * line says that an id was issued and what it holds, another that the first so many of this file were acknowledged.
 */
export type Ledger = {
  issue(records: readonly TelemetryRecord[]): void;
  /** So many of those issued here are behind the door, by its own word. */
  acknowledge(count: number): void;
  issued(): number;
};

export function openLedger(file: string): Ledger {
  const descriptor = openSync(file, 'a', 0o600);
  let issued = 0;
  return {
    issue(records) {
      let text = '';
      for (const record of records) text += `i ${record.id} ${fingerprint(record)}\n`;
      writeSync(descriptor, text);
      fdatasyncSync(descriptor);
      issued += records.length;
    },
    acknowledge(count) {
      writeSync(descriptor, `a ${count}\n`);
    },
    issued: () => issued,
  };
}

/** What is known of one issued record. */
export type Issued = { print: string; acknowledged: boolean };

/** Reads ledgers back; a torn last line was never handed to the system. */
export function readLedgers(files: readonly string[]): Map<string, Issued> {
  const all = new Map<string, Issued>();
  for (const file of files) {
    const own: Issued[] = [];
    let acknowledged = 0;
    for (const line of readFileSync(file, 'latin1').split('\n').slice(0, -1)) {
      const [word, first = '', print = ''] = line.split(' ');
      if (word === 'i') {
        const entry = { print, acknowledged: false };
        own.push(entry);
        all.set(first, entry);
      } else acknowledged = Math.max(acknowledged, Number(first));
    }
    for (const entry of own.slice(0, acknowledged)) entry.acknowledged = true;
  }
  return all;
}
