import { KeyOrder } from './key-order';
import type { StoreEvent, StoredObject, StoredPart, Upload, UploadStart } from './model';

class OpenUpload {
  readonly parts = new Map<number, StoredPart>();
  constructor(readonly start: UploadStart) {}

  view(): Upload {
    return { ...this.start, parts: this.parts };
  }
}

/** One bucket in memory. Only {@link State.apply} changes it. */
export class Bucket {
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, OpenUpload>();
  readonly order = new KeyOrder();

  constructor(
    readonly name: string,
    readonly region: string,
    readonly createdMs: number,
  ) {}

  /** Puts, replaces or (null) removes the object of a key; returns the parts that are no longer needed. */
  set(key: string, object: StoredObject | null): readonly StoredPart[] {
    const previous = this.objects.get(key);
    if (object === null) {
      if (this.objects.delete(key)) this.order.remove(key);
    } else {
      this.objects.set(key, object);
      if (previous === undefined) this.order.add(key);
    }
    return previous?.parts ?? [];
  }

  change(key: string, changes: Partial<StoredObject>): void {
    const object = this.objects.get(key);
    if (object !== undefined) this.objects.set(key, { ...object, ...changes });
  }

  /** Forgets an upload; returns its parts. */
  close(uploadId: string): readonly StoredPart[] {
    const parts = [...(this.uploads.get(uploadId)?.parts.values() ?? [])];
    this.uploads.delete(uploadId);
    return parts;
  }
}

/** All metadata of the service, a fold over the journal. */
export class State {
  readonly buckets = new Map<string, Bucket>();

  /** Returns the ids of the files that the event made superfluous. */
  apply(event: StoreEvent): readonly string[] {
    if (event.type === 'bucket-created') {
      this.buckets.set(event.bucket, new Bucket(event.bucket, event.region, event.createdMs));
      return [];
    }
    const bucket = this.buckets.get(event.bucket);
    if (bucket === undefined) return [];
    return this.applyTo(bucket, event).map((part) => part.fileId);
  }

  /** The ids of all files that the metadata refers to. */
  *fileIds(): Generator<string> {
    for (const bucket of this.buckets.values()) {
      for (const { parts } of bucket.objects.values()) for (const part of parts) yield part.fileId;
      for (const { parts } of bucket.uploads.values()) for (const part of parts.values()) yield part.fileId;
    }
  }

  private applyTo(bucket: Bucket, event: Exclude<StoreEvent, { type: 'bucket-created' }>): readonly StoredPart[] {
    switch (event.type) {
      case 'bucket-deleted':
        this.buckets.delete(bucket.name);
        return [...bucket.uploads.keys()].flatMap((uploadId) => bucket.close(uploadId));
      case 'object-stored':
        return bucket.set(event.object.key, event.object);
      case 'object-deleted':
        return bucket.set(event.key, null);
      case 'object-tagged':
        bucket.change(event.key, { tags: event.tags });
        return [];
      case 'object-restored':
        bucket.change(event.key, { restoredUntilMs: event.untilMs });
        return [];
      case 'upload-created':
        bucket.uploads.set(event.upload.uploadId, new OpenUpload(event.upload));
        return [];
      case 'part-stored': {
        const parts = bucket.uploads.get(event.uploadId)?.parts;
        const previous = parts?.get(event.part.partNumber);
        parts?.set(event.part.partNumber, event.part);
        return previous === undefined ? [] : [previous];
      }
      case 'upload-aborted':
        return bucket.close(event.uploadId);
      case 'upload-completed': {
        const used = new Set(event.object.parts.map((part) => part.fileId));
        const unused = bucket.close(event.uploadId).filter((part) => !used.has(part.fileId));
        return [...unused, ...bucket.set(event.object.key, event.object)];
      }
    }
  }
}
