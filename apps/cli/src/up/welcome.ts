import pc from 'picocolors';
import { launcherPath } from '../product.ts';

/** What a person reads once everything runs: the address, the data, and the one line that watches an agent. */
export function welcome(facts: { url: string; dataDir: string; readyInMs: number }): string {
  const row = (name: string, value: string) => `  ${pc.dim(name.padEnd(8))}${value}\n`;
  return (
    `\n${pc.bold('Telltale is ready')} ${pc.dim(`after ${(facts.readyInMs / 1000).toFixed(1)} s`)}\n\n` +
    row('Open', pc.cyan(facts.url)) +
    row('Data', facts.dataDir) +
    row('Watch', `${shellWord(launcherPath)} run --agent my-agent -- <any command>`) +
    row('Stop', 'Ctrl-C') +
    '\n'
  );
}

function shellWord(text: string): string {
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
