import { join } from 'node:path';
import type { Signal } from '@telltale/otlp/signals';
import { codexHome } from '../proxy/clients/codex-home.ts';
import { readSettings } from '../proxy/read-start.ts';
import type { Environment } from '../run/child-environment.ts';

/** Where the person has Codex send a signal: nowhere, by HTTP to an address, or in a way that is left as it is. */
export type CodexExporter = { is: 'none' } | { is: 'http'; url: URL } | { is: 'other' };

const settings: Readonly<Record<Signal, string>> = {
  logs: 'exporter',
  metrics: 'metrics_exporter',
  traces: 'trace_exporter',
};

function configOf(env: Environment, cwd: string): string {
  // No configuration, or not ours to read: then there is nothing of the person's in the way.
  return readSettings(join(codexHome(env, cwd), 'config.toml')) ?? '';
}

/** The lines of a table and of those within it, without those that are commented out. */
function tableOf(config: string, name: string): string {
  const within = new RegExp(String.raw`^\s*\[\s*${name.replaceAll('.', String.raw`\s*\.\s*`)}\s*[.\]]`);
  let inside = false;
  const lines = config.split('\n').filter((line) => {
    if (/^\s*\[/.test(line)) inside = within.test(line);
    return inside && !/^\s*#/.test(line);
  });
  return lines.join('\n');
}

/** What a setting of telemetry says, whichever of TOML's ways it is written in; empty when it is not there. */
function valueOf(config: string, setting: string): string {
  const own = tableOf(config, 'otel').match(new RegExp(String.raw`^\s*${setting}\s*=\s*(.*)$`, 'm'))?.[1];
  const dotted = config.match(new RegExp(String.raw`^\s*otel\s*\.\s*${setting}\b(.*)$`, 'm'))?.[1];
  return own ?? dotted ?? tableOf(config, `otel.${setting}`);
}

function exporterOf(value: string): CodexExporter {
  if (value === '' || /^["'](?:none|statsig)["']/.test(value.trim())) return { is: 'none' };
  const endpoint = /(?<![\w-])endpoint\s*=\s*(?:"([^"\\]*)"|'([^']*)')/.exec(value);
  const url = URL.parse(endpoint?.[1] ?? endpoint?.[2] ?? '');
  return /otlp-http/.test(value) && url !== null && /^https?:$/.test(url.protocol)
    ? { is: 'http', url }
    : { is: 'other' };
}

/** Where Codex sends each signal by the person's configuration. */
export function codexExporters(env: Environment, cwd: string): ReadonlyMap<Signal, CodexExporter> {
  const config = configOf(env, cwd);
  // An inline table of everything is too rare to be taken apart.
  const isInline = /^\s*otel\s*=/m.test(config);
  return new Map(
    (Object.entries(settings) as [Signal, string][]).map(([signal, setting]) => [
      signal,
      isInline ? ({ is: 'other' } as const) : exporterOf(valueOf(config, setting)),
    ]),
  );
}

/** The setting that names the exporter of a signal. */
export const codexSetting = (signal: Signal): string => `otel.${settings[signal]}`;
