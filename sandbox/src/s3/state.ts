import { NEW_BUCKET_SETTINGS, type BucketSettings } from './bucket-settings';
import { KeyWatches, type KeyWatch } from './key-watches';
import type { StoredPart, Upload, UploadStart } from './model';
import type { StoreEvent } from './store-events';
import { VersionedObjects } from './versioned-objects';

class OpenUpload {
  readonly parts = new Map<number, StoredPart>();

  constructor(
    readonly start: UploadStart,
    readonly watch: KeyWatch,
  ) {}

  view(): Upload {
    return { ...this.start, parts: this.parts, keyChanged: this.watch.keyChanged };
  }
}

/** One bucket in memory. Only {@link State.apply} changes it. */
export class Bucket {
  readonly objects = new VersionedObjects();
  readonly uploads = new Map<string, OpenUpload>();
  readonly watches = new KeyWatches();

  constructor(
    readonly name: string,
    readonly region: string,
    readonly createdMs: number,
    public settings: BucketSettings,
  ) {}

  open(start: UploadStart): void {
    this.uploads.set(start.uploadId, new OpenUpload(start, this.watches.begin(start.key)));
  }

  /** Forgets an upload; returns its parts. */
  close(uploadId: string): readonly StoredPart[] {
    const upload = this.uploads.get(uploadId);
    upload?.watch.end();
    this.uploads.delete(uploadId);
    return [...(upload?.parts.values() ?? [])];
  }
}

/** All metadata of the service, a fold over the journal. */
export class State {
  readonly buckets = new Map<string, Bucket>();

  /** Returns the ids of the files that are no longer needed after the event. */
  apply(event: StoreEvent): readonly string[] {
    if (event.type === 'bucket-created') {
      const settings = { ...NEW_BUCKET_SETTINGS, ...event.settings };
      this.buckets.set(event.bucket, new Bucket(event.bucket, event.region, event.createdMs, settings));
      return [];
    }
    const bucket = this.buckets.get(event.bucket);
    if (bucket === undefined) return [];
    return this.applyTo(bucket, event).map((part) => part.fileId);
  }

  /** The ids of all files that the metadata refers to. */
  *fileIds(): Generator<string> {
    for (const bucket of this.buckets.values()) {
      for (const part of bucket.objects.allParts()) yield part.fileId;
      for (const { parts } of bucket.uploads.values()) for (const part of parts.values()) yield part.fileId;
    }
  }

  private applyTo(bucket: Bucket, event: Exclude<StoreEvent, { type: 'bucket-created' }>): readonly StoredPart[] {
    const { objects, watches } = bucket;
    switch (event.type) {
      case 'bucket-changed':
        bucket.settings = { ...bucket.settings, ...event.changes };
        return [];
      case 'bucket-deleted':
        this.buckets.delete(bucket.name);
        return [...bucket.uploads.keys()].flatMap((uploadId) => bucket.close(uploadId));
      case 'object-stored':
        watches.changed(event.object.key);
        return objects.put(event.object);
      case 'marker-stored':
        watches.changed(event.marker.key);
        return objects.put(event.marker);
      case 'object-deleted':
        watches.changed(event.key);
        return objects.remove(event.key, event.versionId);
      case 'object-tagged':
        objects.change(event.key, event.versionId, { tags: event.tags });
        return [];
      case 'object-restored':
        objects.change(event.key, event.versionId, { restoredUntilMs: event.untilMs, restoredFromMs: event.fromMs });
        return [];
      case 'upload-created':
        bucket.open(event.upload);
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
        watches.changed(event.object.key);
        return [...unused, ...objects.put(event.object)];
      }
    }
  }
}
