/** Finds which nodes hang together through shared names: union-find with path halving, by index. */
export function groupByShared(names: readonly (readonly string[])[]): number[][] {
  const parent = names.map((_, index) => index);
  const find = (node: number): number => {
    let at = node;
    for (let up = parent[at] ?? at; up !== at; up = parent[at] ?? at) {
      const next = parent[up] ?? up;
      parent[at] = next;
      at = next;
    }
    return at;
  };
  const firstWith = new Map<string, number>();
  names.forEach((own, node) => {
    for (const name of own) {
      const other = firstWith.get(name);
      if (other === undefined) firstWith.set(name, node);
      else parent[find(node)] = find(other);
    }
  });
  const groups = new Map<number, number[]>();
  names.forEach((_, node) => {
    const root = find(node);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [node]);
    else group.push(node);
  });
  return [...groups.values()];
}
