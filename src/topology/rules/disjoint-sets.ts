/** Sets that grow together: which things are connected, directly or over others (union by size, path halving). */
export class DisjointSets {
  private readonly parents = new Map<string, string>();
  private readonly sizes = new Map<string, number>();

  /** The member that stands for the set that `member` is in. */
  find(member: string): string {
    let current = member;
    for (;;) {
      const parent = this.parents.get(current) ?? current;
      if (parent === current) return current;
      const grandparent = this.parents.get(parent) ?? parent;
      this.parents.set(current, grandparent);
      current = grandparent;
    }
  }

  /** Makes one set of two; false if they were one already. */
  join(a: string, b: string): boolean {
    const [rootA, rootB] = [this.find(a), this.find(b)];
    if (rootA === rootB) return false;
    const [sizeA, sizeB] = [this.sizes.get(rootA) ?? 1, this.sizes.get(rootB) ?? 1];
    const [small, large] = sizeA < sizeB ? [rootA, rootB] : [rootB, rootA];
    this.parents.set(small, large);
    this.sizes.set(large, sizeA + sizeB);
    return true;
  }
}
