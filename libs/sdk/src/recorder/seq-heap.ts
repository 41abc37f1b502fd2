/** A min-heap of numbers: the oldest waiting batch first, in O(log n) even after a long outage. */
export function createSeqHeap() {
  const items: number[] = [];
  const at = (index: number): number => items[index] ?? Number.POSITIVE_INFINITY;
  const swap = (a: number, b: number): void => {
    const held = at(a);
    items[a] = at(b);
    items[b] = held;
  };

  const sink = (start: number): void => {
    for (let index = start; ;) {
      const left = 2 * index + 1;
      const child = at(left + 1) < at(left) ? left + 1 : left;
      if (at(child) >= at(index)) return;
      swap(child, index);
      index = child;
    }
  };

  return {
    push(value: number): void {
      items.push(value);
      for (let index = items.length - 1; index > 0;) {
        const parent = (index - 1) >> 1;
        if (at(parent) <= at(index)) return;
        swap(parent, index);
        index = parent;
      }
    },
    pop(): number | undefined {
      const [top] = items;
      const last = items.pop();
      if (items.length > 0 && last !== undefined) {
        items[0] = last;
        sink(0);
      }
      return top;
    },
  };
}
