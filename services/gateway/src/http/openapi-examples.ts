import examples from './openapi-examples.json' with { type: 'json' };

type Example = { parameters: Record<string, unknown>; body?: unknown; answers: Record<string, unknown> };
type Content = { content?: Record<string, Record<string, unknown>> };
type Operation = {
  operationId?: string;
  parameters?: Record<string, unknown>[];
  requestBody?: Content;
  responses?: Record<string, Content>;
};
type Document = { paths?: Record<string, Record<string, Operation>> };

const byOperation: Readonly<Record<string, Example>> = examples;

function exemplify({ content = {} }: Content, value: unknown): void {
  if (value === undefined) return;
  for (const media of Object.values(content)) media['example'] = value;
}

/**
 * Puts an example on every parameter, body and answer. They are what a gateway really answered;
 * `node services/gateway/src/test-support/print-examples.ts` asks anew after a change of shapes.
 */
export function addExamples(document: Document): void {
  for (const operation of Object.values(document.paths ?? {}).flatMap((path) => Object.values(path))) {
    const example = byOperation[operation.operationId ?? ''];
    if (example === undefined) continue;
    for (const parameter of operation.parameters ?? []) {
      const value = example.parameters[String(parameter['name'])];
      if (value !== undefined) parameter['example'] = value;
    }
    exemplify(operation.requestBody ?? {}, example.body);
    for (const [status, answer] of Object.entries(operation.responses ?? {})) {
      exemplify(answer, example.answers[status]);
    }
  }
}
