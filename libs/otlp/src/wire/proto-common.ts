import { newAttributes, type Attributes, type Value } from '../attributes.ts';
import { MalformedBody, type Group, type Source } from '../signals.ts';
import { deepestMessage, type ProtoReader } from './proto-reader.ts';

function arrayValue(reader: ProtoReader, depth: number): Value[] {
  const values: Value[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) values.push(anyValue(reader.message(), depth + 1));
    else reader.skip();
  }
  return values;
}

function mapValue(reader: ProtoReader, depth: number): Attributes {
  const map = newAttributes();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) addKeyValue(map, reader.message(), depth + 1);
    else reader.skip();
  }
  return map;
}

/** `AnyValue`; bytes become base64, an empty one is null. */
export function anyValue(reader: ProtoReader, depth = 0): Value {
  if (depth > deepestMessage) throw new MalformedBody(`a value is nested deeper than ${deepestMessage} levels`);
  let value: Value = null;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) value = reader.string();
    else if (field === 2) value = reader.bool();
    else if (field === 3) value = reader.int64();
    else if (field === 4) value = reader.double();
    else if (field === 5) value = arrayValue(reader.message(), depth);
    else if (field === 6) value = mapValue(reader.message(), depth);
    else if (field === 7) value = reader.bytes().toString('base64');
    else reader.skip();
  }
  return value;
}

/** One `KeyValue` into the map; the last of equal keys wins. */
export function addKeyValue(map: Record<string, Value | undefined>, reader: ProtoReader, depth = 0): void {
  let key = '';
  let value: Value = null;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) key = reader.string();
    else if (field === 2) value = anyValue(reader.message(), depth);
    else reader.skip();
  }
  map[key] = value;
}

function readResource(reader: ProtoReader): Attributes {
  const resource = newAttributes();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) addKeyValue(resource, reader.message());
    else reader.skip();
  }
  return resource;
}

function readScope(reader: ProtoReader): Pick<Source, 'scope' | 'scopeVersion'> {
  const found = { scope: '', scopeVersion: '' };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) found.scope = reader.string();
    else if (field === 2) found.scopeVersion = reader.string();
    else reader.skip();
  }
  return found;
}

/** `ScopeX`: its items are read after the scope is known, wherever the sender put it. */
function readScoped<Item>(
  reader: ProtoReader,
  resource: Attributes,
  readItem: (reader: ProtoReader) => readonly Item[],
) {
  let scope = { scope: '', scopeVersion: '' };
  const items: Item[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) scope = readScope(reader.message());
    else if (field === 2) items.push(...readItem(reader.message()));
    else reader.skip();
  }
  return { source: { resource, ...scope }, items };
}

/** `ResourceX`: the resource may come after what belongs to it. */
function readResourceGroup<Item>(
  reader: ProtoReader,
  readItem: (reader: ProtoReader) => readonly Item[],
): Group<Item>[] {
  let resource: Attributes = newAttributes();
  const scoped: ProtoReader[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) resource = readResource(reader.message());
    else if (field === 2) scoped.push(reader.message());
    else reader.skip();
  }
  return scoped.map((one) => readScoped(one, resource, readItem));
}

/** `ExportXServiceRequest` of any signal: all three nest resource, scope and items under the same numbers. */
export function readGroups<Item>(
  reader: ProtoReader,
  readItem: (reader: ProtoReader) => readonly Item[],
): Group<Item>[] {
  const groups: Group<Item>[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) groups.push(...readResourceGroup(reader.message(), readItem));
    else reader.skip();
  }
  return groups;
}
