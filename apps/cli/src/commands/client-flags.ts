import type { Command } from 'commander';
import type { TargetFlags } from '../instance/find-instance.ts';

/** The flags that every command about a running instance takes. */
export type ClientFlags = TargetFlags & { json?: boolean; quiet?: boolean; color?: boolean; team?: string };

/** Adds them. */
export const withClientFlags = (command: Command): Command =>
  command
    .option('--json', 'answer as JSON')
    .option('--quiet', 'say nothing but the answer')
    .option('--no-color', 'no colours (NO_COLOR)')
    .option('--team <team>', 'the team (TELLTALE_TEAM)')
    .option('--url <url>', 'the Telltale to ask (TELLTALE_URL; default: the one that runs on this machine)')
    .option('--api-key-file <file>', 'file with the key (TELLTALE_API_KEY)')
    .option('--data-dir <folder>', 'ask the one that runs in this data folder');
