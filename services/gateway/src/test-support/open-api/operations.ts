/** A JSON Schema as it stands in the document, references resolved. */
export type JsonSchema = Readonly<{
  type?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
}>;

export type Parameter = Readonly<{
  in: 'query' | 'path';
  name: string;
  required?: boolean;
  schema: JsonSchema;
  example?: unknown;
}>;

/** One operation: what it takes, and the schema of each answer it declares (null: no body). */
export type Operation = Readonly<{
  method: string;
  path: string;
  parameters: readonly Parameter[];
  body: JsonSchema | null;
  /** The body is a form with a file, `content`, not JSON. */
  form: boolean;
  answers: ReadonlyMap<number, JsonSchema | null>;
  problem: JsonSchema;
  examples: { body: unknown; answers: ReadonlyMap<number, unknown>; problem: unknown };
}>;

type Content = { content?: Record<string, { schema: JsonSchema; example?: unknown }> };
type Described = {
  parameters?: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content>;
};
type Document = {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, unknown> };
};

/** Puts each named schema in the place of its reference; the document's schemas do not refer to themselves. */
function resolve(value: unknown, schemas: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, schemas));
  if (typeof value !== 'object' || value === null) return value;
  const reference: unknown = Reflect.get(value, '$ref');
  if (typeof reference === 'string') return resolve(schemas[reference.split('/').at(-1) ?? ''], schemas);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolve(part, schemas)]));
}

const schemaIn = ({ content = {} }: Content): JsonSchema | null => Object.values(content)[0]?.schema ?? null;

const exampleIn = ({ content = {} }: Content): unknown => Object.values(content)[0]?.example;

/** Every operation of an OpenAPI document. */
export function operationsOf(document: object): Operation[] {
  const { schemas } = (document as Document).components;
  const { paths } = resolve(document, schemas) as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody = {}, responses }]) => {
      const { default: failed = {}, ...declared } = responses;
      const answers = Object.entries(declared).map(([status, answer]) => [Number(status), schemaIn(answer)] as const);
      return {
        method: method.toUpperCase(),
        path,
        parameters,
        body: schemaIn(requestBody),
        form: Object.keys(requestBody.content ?? {}).includes('multipart/form-data'),
        answers: new Map(answers),
        problem: schemaIn(failed) ?? {},
        examples: {
          body: exampleIn(requestBody),
          answers: new Map(Object.entries(declared).map(([status, answer]) => [Number(status), exampleIn(answer)])),
          problem: exampleIn(failed),
        },
      };
    }),
  );
}
