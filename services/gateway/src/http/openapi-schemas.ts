import { ingestBody } from '@telltale/contracts/batch';
import { problem } from '@telltale/contracts/errors';
import { agentTelemetry } from '@telltale/contracts/http/agent-telemetry';
import { agentRow } from '@telltale/contracts/http/agents';
import { createKeyBody, keyRow } from '@telltale/contracts/http/keys';
import { sessionRow, summaryAnswer } from '@telltale/contracts/http/metrics';
import { callRow } from '@telltale/contracts/http/records';
import { runRow } from '@telltale/contracts/http/runs';
import { taskDetail, taskRow } from '@telltale/contracts/http/tasks';
import { limits } from '@telltale/contracts/limits';
import { telemetryRecord } from '@telltale/contracts/records/record';
import { isStorableText } from '@telltale/contracts/text';
import { time } from '@telltale/contracts/time';
import { createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { addExamples } from './openapi-examples.ts';

/** Schemas that stand in the document once, under a name. */
const named = {
  Agent: agentRow,
  AgentTelemetry: agentTelemetry,
  Call: callRow,
  IngestBody: ingestBody,
  Key: keyRow,
  KeyRequest: createKeyBody,
  Problem: problem,
  Run: runRow,
  Session: sessionRow,
  Summary: summaryAnswer,
  Task: taskRow,
  TaskDetail: taskDetail,
  TelemetryRecord: telemetryRecord,
} as const;

function registryOf(schemas: Readonly<Record<string, z.ZodType>>) {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  return registry;
}

export const schemaRegistry = registryOf(named);

type OverrideContext = { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema };

/** Neither NUL nor lone surrogates, which no text column holds. */
const storable = String.raw`^[^\u0000\ud800-\udfff]*$`;
/** RFC 3339 as it is taken: from 1970 to 2105. */
const timePattern = String.raw`^(19[7-9]\d|20\d\d|210[0-5])-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`;

const demandsStorableText = ({ _zod }: z.core.$ZodTypes): boolean =>
  (_zod.def.checks ?? []).some(({ _zod: check }) => Reflect.get(check.def, 'fn') === isStorableText);

/** What zod cannot say by itself: records are judged one by one, open attributes are objects, integers have no bounds. */
function override({ zodSchema, jsonSchema }: OverrideContext): void {
  if (zodSchema === (ingestBody.shape.records.element as unknown)) {
    jsonSchema.$ref = '#/components/schemas/TelemetryRecordInput';
  }
  if (zodSchema === (time as unknown)) Object.assign(jsonSchema, { format: 'date-time', pattern: timePattern });
  if (demandsStorableText(zodSchema)) jsonSchema.pattern = storable;
  if (zodSchema._zod.def.type === 'custom') jsonSchema.type = 'object';
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

export const zodToJsonConfig = { unrepresentable: 'any', override } as const;

type Parameter = { name?: string; in?: string; schema?: { propertyNames?: object } };
type Paths = { paths?: Record<string, Record<string, { parameters?: Parameter[] }>> };
/** As `labelName` says, behind the prefix. */
const labelParameterPattern = String.raw`^label\.[A-Za-z][A-Za-z0-9_.-]{0,63}$`;

type Components = { components?: { schemas?: Record<string, unknown> } };
const reference = /#\/components\/schemas\/([A-Za-z]+)/g;

const referencesIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(reference)].map((match) => match[1] ?? '');

/** Each name exists for requests (`…Input`) and for answers; those that nothing refers to are left out. */
function withoutUnused<T extends Components>(document: T): T {
  const { schemas = {}, ...components } = document.components ?? {};
  const used = new Set<string>();
  const queue = referencesIn({ ...document, components });
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (used.has(name)) continue;
    used.add(name);
    queue.push(...referencesIn(schemas[name] ?? {}));
  }
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept) } };
}

/** A filter by labels is written as a parameter for each label. */
function explodeLabels(document: Paths): void {
  const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values(path));
  for (const parameter of operations.flatMap(({ parameters = [] }) => parameters)) {
    if (parameter.name !== 'labels' || parameter.in !== 'query') continue;
    const { schema = {} } = parameter;
    const names = { ...schema.propertyNames, type: 'string', pattern: labelParameterPattern };
    Object.assign(parameter, { style: 'form', explode: true });
    Object.assign(schema, { propertyNames: names, maxProperties: limits.labels });
  }
}

const addSchemas = createJsonSchemaTransformObject({ schemaRegistry, zodToJsonConfig });

export const addNamedSchemas: typeof addSchemas = (document) => {
  const named = addSchemas(document);
  explodeLabels(named as Paths);
  addExamples(named as never);
  return withoutUnused(named as Components) as never;
};
