import { isJson, listOf, objectOf, textOf, type Json } from '@telltale/answers/json-fields';

/** What the next answer is. `input` is a tool's argument as the client's own schema wants it; `namespace` where it has one. */
export type Step =
  | { is: 'text' }
  | { is: 'tool'; name: string; input: Json; namespace?: string }
  | { is: 'refuse'; status: number; type: string; message: string }
  | { is: 'cut' };

type Tool = { name: string; description: string; schema: Json; namespace?: string };

const toolsOf = (body: Json): Tool[] => {
  const google = listOf(body, 'tools').flatMap((tool) => listOf(tool, 'functionDeclarations'));
  const spaces = listOf(body, 'tools').filter(({ type }) => type === 'namespace');
  const within = spaces.flatMap((space) => listOf(space, 'tools').map((tool) => ({ ...tool, in: space['name'] })));
  return [...listOf(body, 'tools'), ...google, ...within].flatMap((tool: Json) => {
    const fn = objectOf(tool, 'function');
    const name = textOf(tool, 'name') ?? textOf(fn, 'name');
    const schema = [tool['input_schema'], tool['parameters'], tool['parametersJsonSchema'], fn['parameters']].find(
      isJson,
    );
    const description = textOf(tool, 'description') ?? textOf(fn, 'description') ?? '';
    const namespace = textOf(tool, 'in');
    const known = { description, schema: schema ?? {}, ...(namespace === undefined ? {} : { namespace }) };
    return name === undefined ? [] : [{ name, ...known }];
  });
};

const shellNames =
  /^(?:Bash|bash|shell|exec_command|shell_command|run_shell_command|run_commands|execute_command|add)$/;
const agentNames = /^(?:Agent|Task|task|invoke_agent|spawn_agent)$/;

function inputFor(tool: Tool, command: string): Json {
  const properties = objectOf(tool.schema, 'properties');
  if (tool.name === 'add') return { a: 1, b: 2 };
  const input: Json = {};
  if (isJson(properties['cmd'])) input['cmd'] = command;
  else if (isJson(properties['commands'])) input['commands'] = [command];
  else if (textOf(objectOf(properties, 'command'), 'type') === 'array') input['command'] = ['bash', '-lc', command];
  else input['command'] = command;
  const required = Array.isArray(tool.schema['required']) ? tool.schema['required'] : [];
  for (const name of required) {
    if (typeof name !== 'string' || name in input) continue;
    const type = textOf(objectOf(properties, name), 'type');
    input[name] = type === 'boolean' ? false : type === 'number' || type === 'integer' ? 1 : 'say hello';
  }
  return input;
}

/** What starts a sub-agent: the client's own words for whom and what, and for all else that it asks for the same greeting. */
function inputForAgent(tool: Tool): Json {
  const properties = objectOf(tool.schema, 'properties');
  const kind = /general-purpose|generalist|general/.exec(tool.description)?.[0] ?? 'general';
  const words: Json = {
    description: 'say hello',
    prompt: 'say hello',
    message: 'say hello',
    subagent_type: kind,
    agent_type: 'general-purpose',
    agent_name: 'generalist',
  };
  const required = Array.isArray(tool.schema['required']) ? tool.schema['required'] : [];
  const wanted = [...Object.keys(words).filter((name) => name in properties), ...required];
  const chosen = (name: string): unknown => {
    const { enum: choices } = objectOf(properties, name);
    const known = Array.isArray(choices) ? choices : [];
    const meant = words[name] ?? 'say hello';
    return known.length === 0 || known.includes(meant) ? meant : known[0];
  };
  return Object.fromEntries(wanted.flatMap((name) => (typeof name === 'string' ? [[name, chosen(name)]] : [])));
}

/** The use of a tool by its own name. */
const useOf = ({ name, namespace }: Tool, input: Json): Step => ({
  is: 'tool',
  name,
  input,
  ...(namespace === undefined ? {} : { namespace }),
});

/** A sub-agent that runs beside who started it is waited for, once, by the id that the start answered with. */
function waitFor(text: string, tools: readonly Tool[]): Step | null {
  const wait = tools.find(({ name }) => name === 'wait_agent');
  const [, id] = /agent_id\\*": ?\\*"([0-9a-f-]{36})/.exec(text) ?? [];
  return wait === undefined || id === undefined || text.includes('"wait_agent"')
    ? null
    : useOf(wait, { targets: [id] });
}

/** Did a tool already answer in this conversation? */
const toolAnswered = /"tool_result"|"function_call_output"|"role":"tool"|"functionResponse"|"custom_tool_call_output"/;

/**
 * What a person's words make the scripted server do, the same for every API: USETOOL one use of a shell, SUBAGENT one
 * sub-agent, RETRYONCE a 529 before the first answer, FAILTURN a refusal, CUTONCE a first answer that breaks off.
 */
export function createScript() {
  const done = new Set<string>();
  const once = (text: string, word: string): boolean => {
    const [found] = new RegExp(`${word}-\\w+`).exec(text) ?? [];
    if (found === undefined || done.has(found)) return false;
    done.add(found);
    return true;
  };
  return (body: Json): Step => {
    const { tools: _tools, system: _system, instructions: _instructions, systemInstruction: _more, ...rest } = body;
    const text = JSON.stringify(rest);
    if (text.includes('FAILTURN'))
      return { is: 'refuse', status: 400, type: 'invalid_request_error', message: 'not like this' };
    if (once(text, 'RETRYONCE')) return { is: 'refuse', status: 529, type: 'overloaded_error', message: 'Overloaded' };
    if (once(text, 'CUTONCE')) return { is: 'cut' };
    const tools = toolsOf(body);
    if (!toolAnswered.test(text)) {
      const shell = text.includes('USETOOL') ? tools.find(({ name }) => shellNames.test(name)) : undefined;
      if (shell !== undefined) return useOf(shell, inputFor(shell, 'echo hello-from-tool'));
      const agent = text.includes('SUBAGENT') ? tools.find(({ name }) => agentNames.test(name)) : undefined;
      if (agent !== undefined) return useOf(agent, inputForAgent(agent));
    }
    return waitFor(text, tools) ?? { is: 'text' };
  };
}
export type Script = ReturnType<typeof createScript>;
