import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../run/child-environment.ts';

function config(env: Environment): string {
  const home = env['CODEX_HOME'] ?? join(env['HOME'] ?? '/', '.codex');
  try {
    return readFileSync(join(home, 'config.toml'), 'utf8');
  } catch {
    // No configuration, or not ours to read: then there is nothing of the person's in the way.
    return '';
  }
}

/**
 * What makes Codex report: it reads no variable for that, only its configuration, with the whole path of each signal.
 * Where the person or the command has telemetry set up, nothing is added.
 */
export function codexArguments(argv: readonly string[], endpoint: string, env: Environment): string[] {
  const own =
    /^\s*\[otel\b|^\s*otel\s*[.=]/m.test(config(env)) || argv.some((word) => /^(?:--config=)?otel\b/.test(word));
  if (own) return [];
  const exporter = (signal: string) => `{otlp-http={endpoint="${endpoint}/v1/${signal}",protocol="json"}}`;
  return ['-c', `otel.exporter=${exporter('logs')}`, '-c', `otel.metrics_exporter=${exporter('metrics')}`];
}
