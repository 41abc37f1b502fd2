import { TelltaleError } from '@telltale/contracts/errors';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { clockFinding } from '../doctor/check-gateway.ts';
import { ok, problem, warning, type Finding } from '../doctor/finding.ts';

const answerMs = 10_000;

const messageOf = (error: unknown): string => {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const text = error instanceof Error ? error.message : String(error);
  return cause instanceof Error ? `${text} (${cause.message})` : text;
};

/** Before a token is spent: whether the gateway answers, over TLS, and whether its clock and ours agree. */
export async function checkWay(url: string): Promise<{ findings: Finding[]; answers: boolean }> {
  const from = Date.now();
  let response: Response;
  try {
    response = await fetch(new URL('livez', url.endsWith('/') ? url : `${url}/`), {
      signal: AbortSignal.timeout(answerMs),
    });
  } catch (error) {
    const remedy = 'see that --url is right, that it can be reached from here, and that its certificate is valid';
    return { findings: [problem('gateway', `${url} does not answer: ${messageOf(error)}`, remedy)], answers: false };
  }
  const took = Date.now() - from;
  if (!response.ok) {
    const remedy = 'see that --url is the address of a Telltale gateway';
    return { findings: [problem('gateway', `${url} answers ${response.status}`, remedy)], answers: false };
  }
  const tls = url.startsWith('https:')
    ? ok('tls', 'the certificate is valid')
    : warning('tls', 'none: keys and records travel in clear', 'use an https:// address');
  const findings = [ok('gateway', `${url} answers in ${took} ms`), tls];
  const date = Date.parse(response.headers.get('date') ?? '');
  // The header is cut to a second: half of one is the best guess.
  if (!Number.isNaN(date)) findings.push(clockFinding(date + 500 - (from + took / 2), took + 1_000));
  return { findings, answers: true };
}

/** With the new key: whether both are of one version, and whether a first record is stored. */
export async function checkKeyOfRunner({
  url,
  key,
  runnerId,
  host,
  version,
}: {
  url: string;
  key: string;
  runnerId: string;
  host: string;
  version: string;
}): Promise<Finding[]> {
  const api = createTelltaleApi(createRestClient({ url, key, timeoutMs: answerMs + 5_000 }));
  const findings = [await checkVersion(url, version)];
  try {
    await api.beatRunner(runnerId, { host, version, running: 0 });
    findings.push(ok('key', 'the gateway knows this runner'));
    findings.push(await sendFirstRecord({ url, key, host }));
  } catch (error) {
    const why = error instanceof TelltaleError ? `${error.code}: ${error.message}` : messageOf(error);
    findings.push(
      problem('first record', why, 'see the log of the gateway; `telltale runners list` shows this runner'),
    );
  }
  return findings;
}

async function checkVersion(url: string, version: string): Promise<Finding> {
  const address = new URL('openapi.json', url.endsWith('/') ? url : `${url}/`);
  const document: unknown = await fetch(address, { signal: AbortSignal.timeout(answerMs) })
    .then((response) => response.json())
    .catch(() => undefined);
  const theirs: unknown = Reflect.get(Object(Reflect.get(Object(document), 'info')), 'version');
  if (theirs === version) return ok('version', version);
  if (typeof theirs !== 'string')
    return warning('version', 'the gateway does not tell its own', 'see that it is a Telltale');
  return warning(
    'version',
    `here ${version}, there ${theirs}`,
    'a runner may be one version behind its gateway, not ahead',
  );
}

/** 200 says that it is in the store, 202 that it is on its way there. */
async function sendFirstRecord({ url, key, host }: { url: string; key: string; host: string }): Promise<Finding> {
  const record = { kind: 'metric', agent_id: 'agent-runner', host, name: 'telltale.runner.installed', value: 1 };
  const response = await fetch(new URL('api/v1/telemetry?wait=stored', url.endsWith('/') ? url : `${url}/`), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ records: [record] }),
    signal: AbortSignal.timeout(answerMs + 5_000),
  });
  const remedy = 'see that a collector runs: `telltale doctor` there says';
  if (response.status === 200) return ok('first record', 'is stored');
  if (response.status === 202) return warning('first record', 'was taken and is not stored yet', remedy);
  return problem('first record', `was refused with ${response.status}: ${await response.text()}`, remedy);
}
