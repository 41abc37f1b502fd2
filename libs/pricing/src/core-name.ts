/** Suffixes that name a release, a context size or an alias of the same model. */
const releaseSuffixes: readonly RegExp[] = [
  /\[1m\]$/, // Claude Code's mark of the long context
  /-v[01]:\d+(?::\d+k)?$/, // Bedrock: -v1:0, -v1:0:48k; titan-embed-text-v2:0 is another model than v1
  /(?<=-20\d{6})-v\d+:\d+(?::\d+k)?$/, // Bedrock, of a second release: claude-3-5-sonnet-20241022-v2:0
  /(?<=-\d+)-v\d+$/, // Bedrock without the colon: claude-opus-4-6-v1
  /-v\d@20\d{6}$/, // Vertex, of a second release: claude-3-5-sonnet-v2@20241022
  /@(?:20\d{6}|default|latest|001)$/, // Vertex
  /-20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/, // -20250514
  /-20\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, // -2025-08-07
  /-(?:0[1-9]|1[0-2])-(?:20\d{2}|0[1-9]|[12]\d|3[01])$/, // previews: -09-2025, -05-20
  /[-:]latest$/,
  /-001$/, // the first stable release of a Gemini model; -002 had another price
];

/** `us.anthropic.`, `amazon.`: how Bedrock writes region and maker before a model's name. */
const bedrockPrefix =
  /^(?:(?:global|regional|us|us-gov|eu|apac|ap|au|jp|ca|sa|me|af|mx|il)\.)?(?:anthropic|amazon|meta|mistral|cohere|ai21|deepseek|qwen|openai|moonshot|minimax|google|nvidia|zai|writer)\.(?=[a-z])/;

/** A name that only Bedrock writes: an ARN, or a region and maker before the model. */
export function isBedrockName(model: string): boolean {
  return model.startsWith('arn:aws:bedrock:') || bedrockPrefix.test(model);
}

/** The last part of a path: `publishers/anthropic/models/claude-opus-4` → `claude-opus-4`. */
export function baseName(model: string): string {
  return model.slice(model.lastIndexOf('/') + 1);
}

/**
 * OpenRouter and Copilot write the versions of Claude models with dots, their maker with dashes; some write the version of
 * those from 4 on before the size. `-0` is the maker's own word for no more than the first digit. What follows the base of a
 * fine-tuned model is whose it is.
 */
function plainName(model: string): string {
  const name = baseName(model.toLowerCase().trim()).replace(bedrockPrefix, '');
  if (!name.startsWith('claude-')) return name.replace(/^(ft:[^:]+):.*$/, '$1');
  return name
    .replaceAll(/(?<=\d)\.(?=\d)/g, '-')
    .replace(/^claude-([4-9](?:-\d{1,2})?)-(opus|sonnet|haiku|fable|mythos)(?=$|[-@:[])/, 'claude-$2-$1')
    .replace(/^(claude-(?:opus|sonnet)-4)-0(?=$|[@:[]|-20\d{6})/, '$1');
}

/**
 * A model's name in lower case without path, maker, region and release: two names with the same core are the same
 * model, at the same price unless the list gives one of its releases another. A version number is part of the core: `claude-sonnet-5-5` is not `claude-sonnet-5`.
 */
export function coreName(model: string): string {
  let core = plainName(model);
  for (let before = ''; before !== core;) {
    before = core;
    for (const suffix of releaseSuffixes) core = core.replace(suffix, '');
  }
  return core;
}

const releaseDate = /20\d{2}-?\d{2}-?\d{2}|\d{2}-20\d{2}|\d{2}-\d{2}/;

/** The date in a model's name, however it is written: `20240513`; '' when the name leaves open which release it is. */
export const releaseOf = (model: string): string =>
  (releaseDate.exec(plainName(model).slice(coreName(model).length))?.[0] ?? '').replaceAll('-', '');
