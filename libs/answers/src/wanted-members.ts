/**
 * Which members of a JSON document are looked at: a name leads deeper, `[]` stands for every element of a list, and a
 * text is the name under which a value is handed out. A text that begins with `#` only counts: no value is kept. `{}` is the
 * name under which a whole object is told at its end, without a value, so that what belongs to it can be taken together.
 */
export type Wanted = { readonly [member: string]: Wanted | string };

/** What is wanted in a container, by the bytes of the names: looking one up makes no text of it. */
export type WantedNode = {
  members: { name: Buffer; to: WantedNode | string }[];
  each: WantedNode | string | undefined;
  /** Under which its end is told. */
  ends: string | undefined;
};

const nodes = new WeakMap<Wanted, WantedNode>();
export function nodeOf(wanted: Wanted): WantedNode {
  const before = nodes.get(wanted);
  if (before !== undefined) return before;
  const of = (to: Wanted | string): WantedNode | string => (typeof to === 'string' ? to : nodeOf(to));
  const { '[]': each, '{}': ends, ...named } = wanted;
  const members = Object.entries(named).map(([name, to]) => ({ name: Buffer.from(name), to: of(to) }));
  const node = {
    members,
    each: each === undefined ? undefined : of(each),
    ends: typeof ends === 'string' ? ends : undefined,
  };
  nodes.set(wanted, node);
  return node;
}

export function memberOf(
  { members }: WantedNode,
  bytes: Buffer,
  from: number,
  end: number,
): WantedNode | string | undefined {
  const length = end - from;
  search: for (let one = 0; one < members.length; one += 1) {
    const { name, to } = members[one] as { name: Buffer; to: WantedNode | string };
    if (name.length !== length) continue;
    for (let at = 0; at < length; at += 1) if (name[at] !== bytes[from + at]) continue search;
    return to;
  }
  return undefined;
}
