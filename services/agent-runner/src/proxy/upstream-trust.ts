import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { Environment } from '../run/child-environment.ts';

/** By these Node, OpenSSL, Python and curl are told of authorities, in files of certificates. */
const files = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'] as const;
const folder = 'SSL_CERT_DIR';
const mostFiles = 1_000;
const certificate = '-----BEGIN CERTIFICATE-----';

/** The text of a file of certificates; empty for anything else: what a program makes of that is its own affair. */
function read(path: string | undefined): string {
  if (path === undefined || path === '') return '';
  try {
    const text = readFileSync(path, 'latin1');
    return text.includes(certificate) ? text : '';
  } catch {
    return '';
  }
}

function readFolder(path: string): string[] {
  try {
    return readdirSync(path)
      .slice(0, mostFiles)
      .map((name) => read(join(path, name)));
  } catch {
    // Of several folders one is often not there.
    return [];
  }
}

/** What an agent of Node's https takes of it. */
export type UpstreamTrust = { secureContext?: SecureContext; rejectUnauthorized?: boolean };

/**
 * Whom the programs of a run trust, so that the proxy in front of their provider does too: the authorities of Node and of
 * the system, and those that the run's environment names. A program that was told to check nothing is not held up here.
 * Made when it is first asked for: it takes tens of milliseconds.
 */
export function createUpstreamTrust(env: Environment): () => UpstreamTrust {
  let trust: UpstreamTrust | undefined;
  const make = (): UpstreamTrust => {
    if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') return { rejectUnauthorized: false };
    const named = [
      ...files.map((name) => read(env[name])),
      ...(env[folder] ?? '').split(':').flatMap(readFolder),
    ].filter((text) => text !== '');
    const known = [...getCACertificates('default'), ...getCACertificates('system')];
    return { secureContext: createSecureContext({ ca: [...new Set([...known, ...named])] }) };
  };
  return () => (trust ??= make());
}
