/**
 * Forgets the oldest of what a program named, beyond so many: it may print for weeks, and names are its own to choose.
 * Maps and sets keep the order of insertion.
 */
export function forgetOldest<K>(names: Map<K, unknown> | Set<K>, most: number): void {
  for (const name of names.keys()) {
    if (names.size <= most) return;
    names.delete(name);
  }
}
