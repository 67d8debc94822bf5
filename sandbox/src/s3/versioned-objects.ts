import { KeyOrder } from './key-order';
import { isDeleteMarker, type StoredObject, type StoredPart, type Version } from './model';

/**
 * The objects of a bucket with all their versions. In a bucket that never had versioning every object is the only
 * version of its key, the null version, and only the map of current objects is used.
 */
export class VersionedObjects {
  private readonly current = new Map<string, StoredObject>();
  private readonly currentOrder = new KeyOrder();
  /** Everything else, newest first: noncurrent versions and delete markers. */
  private readonly others = new Map<string, readonly Version[]>();
  private readonly othersOrder = new KeyOrder();

  /** The current object of a key; a delete marker counts as none. */
  get(key: string): StoredObject | undefined {
    return this.current.get(key);
  }

  has(key: string): boolean {
    return this.current.has(key);
  }

  /** All versions of a key, newest first. */
  versions(key: string): readonly Version[] {
    const object = this.current.get(key);
    const others = this.others.get(key) ?? [];
    return object === undefined ? others : [object, ...others];
  }

  /** A version by its id, undefined for the null version. */
  find(key: string, versionId: string | undefined): Version | undefined {
    return this.versions(key).find((version) => version.versionId === versionId);
  }

  /** The keys that have a current object, in order. Do not keep it: the next change makes it stale. */
  keys(): readonly string[] {
    return this.currentOrder.keys();
  }

  /** The keys that have noncurrent versions or delete markers, in order; stale after the next change. */
  keysWithOthers(): readonly string[] {
    return this.othersOrder.keys();
  }

  isEmpty(): boolean {
    return this.current.size === 0 && this.others.size === 0;
  }

  currentObjects(): Iterable<StoredObject> {
    return this.current.values();
  }

  *allParts(): Generator<StoredPart> {
    for (const { parts } of this.current.values()) yield* parts;
    for (const versions of this.others.values()) for (const version of versions) yield* partsOf(version);
  }

  /** Makes a version the newest of its key, replacing one with the same id; returns the parts no longer needed. */
  put(version: Version): readonly StoredPart[] {
    const dropped = this.remove(version.key, version.versionId);
    this.write(version.key, [version, ...this.versions(version.key)]);
    return dropped;
  }

  /** Removes a version; the newest of the others becomes current. Returns the parts no longer needed. */
  remove(key: string, versionId: string | undefined): readonly StoredPart[] {
    const version = this.find(key, versionId);
    if (version === undefined) return [];
    this.write(
      key,
      this.versions(key).filter((other) => other !== version),
    );
    return partsOf(version);
  }

  change(key: string, versionId: string | undefined, changes: Partial<StoredObject>): void {
    const versions = this.versions(key);
    this.write(
      key,
      versions.map((version) =>
        version.versionId === versionId && !isDeleteMarker(version) ? { ...version, ...changes } : version,
      ),
    );
  }

  private write(key: string, versions: readonly Version[]): void {
    const [latest] = versions;
    const object = latest === undefined || isDeleteMarker(latest) ? undefined : latest;
    const others = object === undefined ? versions : versions.slice(1);
    place(this.current, this.currentOrder, key, object);
    place(this.others, this.othersOrder, key, others.length === 0 ? undefined : others);
  }
}

function place<Value>(map: Map<string, Value>, order: KeyOrder, key: string, value: Value | undefined): void {
  if (value === undefined) {
    if (map.delete(key)) order.remove(key);
    return;
  }
  if (!map.has(key)) order.add(key);
  map.set(key, value);
}

const partsOf = (version: Version): readonly StoredPart[] => (isDeleteMarker(version) ? [] : version.parts);
