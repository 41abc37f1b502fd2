import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJson, listOf, objectOf, textOf, type Json } from '@telltale/answers/json-fields';
import type { Environment } from '../../run/child-environment.ts';
import { readSettings } from '../read-start.ts';

const address = 'ANTHROPIC_BASE_URL';
/** With one of these it calls a cloud of another kind, at another address. */
const elsewhere = ['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX', 'CLAUDE_CODE_USE_FOUNDRY'];
const managed = '/etc/claude-code';
/** Where its events are sent. */
const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT'];
/** Words of its own that make no calls and take no settings. */
const others = ['agents', 'auth', 'config', 'doctor', 'install', 'mcp', 'plugin', 'setup-token', 'update', 'upgrade'];

function parse(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : null;
  } catch {
    // Whatever it is, the client has its own word for it.
    return null;
  }
}

const read = (path: string): Json | null => parse(readSettings(path) ?? '');

/** The settings of the machine's owner. */
export function managedFiles(): string[] {
  const folder = join(managed, 'managed-settings.d');
  const more = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  return [join(managed, 'managed-settings.json'), ...more];
}

/** The settings on the command line: where the value stands, and what they hold; null for what cannot be read. */
function told(
  argv: readonly string[],
  cwd: string,
): { at: number; joined: boolean; settings: Json | null } | undefined {
  // The last one counts.
  for (let at = argv.length - 1; at >= 0; at -= 1) {
    const joined = argv[at]?.startsWith('--settings=') === true;
    if (!joined && argv[at] !== '--settings') continue;
    const value = joined ? (argv[at]?.slice('--settings='.length) ?? '') : (argv[at + 1] ?? '');
    const settings = value.trimStart().startsWith('{')
      ? parse(value)
      : read(join(value.startsWith('/') ? '' : cwd, value));
    return { at: joined ? at : at + 1, joined, settings };
  }
  return undefined;
}

/** The variables of settings, the strongest first. */
const variablesOf = (layers: readonly Json[]): Record<string, string> =>
  Object.fromEntries(
    layers
      .toReversed()
      .flatMap((one) => Object.entries(objectOf(one, 'env')))
      .flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
  );

export type ClaudeCalls = {
  /** Where its settings say that it calls; undefined where they say nothing and the environment counts. */
  base: string | undefined;
  /** Whether it cannot be led: it calls another cloud, or settings that cannot be changed or read say where. */
  past: boolean;
  /** Whether settings can be laid over its own. */
  canLay: boolean;
  /** Whether settings that cannot be laid over say where it reports. */
  isHeld: boolean;
  /** Why its telemetry does not reach the run, by its settings or by the environment; undefined where it does. */
  untold: string | undefined;
  /** The variables of its own settings, which go before the environment, without those that the machine's owner holds. */
  variables: Readonly<Record<string, string>>;
  /** The command with settings laid over all of its own but those of the machine's owner. */
  lay(
    file: string,
    settings: { variables: Readonly<Record<string, string>>; hook?: string | undefined },
  ): readonly string[];
};

/** What Claude Code takes from its settings, which go before the environment: the strongest first. */
export function claudeCalls(
  argv: readonly string[],
  { at, cwd, env }: { at: number; cwd: string; env: Environment },
): ClaudeCalls {
  const own = env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? '/', '.claude');
  const project = join(cwd, '.claude');
  const onLine = told(argv, cwd);
  const files = [join(project, 'settings.local.json'), join(project, 'settings.json'), join(own, 'settings.json')];
  const layers = [onLine?.settings ?? null, ...files.map(read)].filter((one) => one !== null);
  const owner = managedFiles()
    .map(read)
    .filter((one) => one !== null);
  const valueOf = (name: string): string | undefined =>
    [...owner, ...layers].map((one) => textOf(objectOf(one, 'env'), name)).find((value) => value !== undefined);
  const isOn = (value: string | undefined): boolean => value !== undefined && !/^(?:|0|false|no|off)$/i.test(value);
  const ofOwner = variablesOf(owner);
  const ownVariables = Object.entries(variablesOf(layers)).filter(([name]) => ofOwner[name] === undefined);
  const reports = valueOf('CLAUDE_CODE_ENABLE_TELEMETRY') ?? env['CLAUDE_CODE_ENABLE_TELEMETRY'];
  const exporter = valueOf('OTEL_LOGS_EXPORTER') ?? env['OTEL_LOGS_EXPORTER'];
  const untold =
    reports !== undefined && !isOn(reports)
      ? 'its telemetry is turned off'
      : endpoints.some((name) => ofOwner[name] !== undefined) || exporter?.split(',').includes('otlp') === false
        ? 'its telemetry goes elsewhere'
        : undefined;
  const held = owner.some((one) => textOf(objectOf(one, 'env'), address) !== undefined);
  const unread = onLine !== undefined && onLine.settings === null;
  return {
    base: valueOf(address),
    past: held || unread || elsewhere.some((name) => isOn(valueOf(name) ?? env[name])),
    untold,
    isHeld: endpoints.some((name) => ofOwner[name] !== undefined),
    variables: Object.fromEntries(ownVariables),
    canLay: !unread && !others.includes(argv[at + 1] ?? ''),
    lay(file, { variables, hook }) {
      const before = onLine?.settings ?? {};
      const command = {
        hooks: [{ type: 'command', command: `sh '${(hook ?? '').replaceAll("'", String.raw`'\''`)}'`, timeout: 5 }],
      };
      const hooks = objectOf(before, 'hooks');
      const added = ['PostToolUse', 'PostToolUseFailure', 'UserPromptSubmit'].map((event) => [
        event,
        [...listOf(hooks, event), command],
      ]);
      const settings = {
        ...before,
        ...(Object.keys(variables).length === 0 ? {} : { env: { ...objectOf(before, 'env'), ...variables } }),
        ...(hook === undefined ? {} : { hooks: { ...hooks, ...Object.fromEntries(added) } }),
      };
      try {
        writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
      } catch {
        // A full disk keeps nobody's program from running.
        return argv;
      }
      if (onLine === undefined) return [...argv.slice(0, at + 1), '--settings', file, ...argv.slice(at + 1)];
      return argv.with(onLine.at, onLine.joined ? `--settings=${file}` : file);
    },
  };
}
