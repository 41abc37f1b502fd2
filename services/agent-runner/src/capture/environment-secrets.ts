export type EnvironmentSecret = { name: string; value: string };

const secretWords = new Set([
  'KEY',
  'APIKEY',
  'TOKEN',
  'SECRET',
  'PASSWORD',
  'PASSWD',
  'PASS',
  'PASSPHRASE',
  'CREDENTIAL',
  'CREDENTIALS',
  'AUTH',
  'PAT',
  'BEARER',
  'COOKIE',
  'JWT',
  'DSN',
  'PRIVATE',
  'ACCESSKEY',
]);
const secretEnding = /(?:PASSWORD|PASSWD|PASS|PWD|TOKEN|SECRET|APIKEY|SECRETKEY|ACCESSKEY|PRIVATEKEY)$/;
/** Names that end so hold where a secret lies, or how one is used, not the secret. */
const notSecret =
  /_(?:FILE|PATH|SOCK|DIR|NAME|ID|TYPE|MODE|METHOD|HOST|PORT|TIMEOUT|LIMIT|COUNT)$|^(?:OLD)?PWD$|(?:ASK|BY|COM)PASS$/;
/** Shorter values would be found in ordinary words. */
const shortestSecret = 8;
/** A password may be a number; other numbers are limits and counts, whatever their names say. */
const passwordName = /(?:PASSWORD|PASS|_PWD)$/i;
const pin = /^\d{4,}$/;
const ordinary = /^(?:true|false|enabled|disabled|required|\d{1,15}|\/[\w./-]*)$/i;

function looksSecret(name: string): boolean {
  const upper = name.toUpperCase();
  if (notSecret.test(upper)) return false;
  return secretEnding.test(upper) || upper.split(/[_\-.]/).some((word) => secretWords.has(word));
}

const isLongEnough = (form: string): boolean => form.length >= shortestSecret && !ordinary.test(form);

/** Forms in which a value may be printed: as it is, in JSON, in a URL, and line by line when it has several. */
function formsOf(value: string): string[] {
  const lines = value.includes('\n') ? value.split('\n').map((line) => line.trim()) : [];
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed()), ...lines];
}

/**
 * Values of variables whose names say that they are secret, longest first, so that a value that contains another is
 * replaced whole.
 */
export function secretsOfEnvironment(env: Readonly<Record<string, string | undefined>>): EnvironmentSecret[] {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !looksSecret(name)) continue;
    for (const form of formsOf(value)) {
      const isSecret = pin.test(form) ? passwordName.test(name) || !ordinary.test(form) : isLongEnough(form);
      if (isSecret && !found.has(form)) found.set(form, name);
    }
  }
  return [...found].map(([value, name]) => ({ name, value })).sort((a, b) => b.value.length - a.value.length);
}
