import path from 'node:path';
import { Journal } from '../journal';
import { S3Error } from './errors';
import { FileStore, type DiscardBodies } from './files';
import type { Upload } from './model';
import { State, type Bucket } from './state';
import type { StoreEvent } from './store-events';

/** Everything the service keeps: metadata in memory behind a journal, bytes in files. */
export class Store {
  private constructor(
    private readonly state: State,
    private readonly journal: Journal<StoreEvent>,
    readonly files: FileStore,
  ) {}

  /** Opens the store of a folder in the state in which the last process left it, even after a kill. */
  static open(dataDir: string, discardBodies: DiscardBodies | null): Store {
    const state = new State();
    const journal = Journal.open<StoreEvent>(path.join(dataDir, 's3.jsonl'), (event) => state.apply(event));
    const files = new FileStore(path.join(dataDir, 'files'), discardBodies);
    files.sweep(new Set(state.fileIds()));
    return new Store(state, journal, files);
  }

  /** Makes a change durable and visible, atomically. */
  commit(event: StoreEvent): void {
    this.journal.append(event);
    this.files.remove(this.state.apply(event));
  }

  buckets(): Iterable<Bucket> {
    return this.state.buckets.values();
  }

  findBucket(name: string): Bucket | undefined {
    return this.state.buckets.get(name);
  }

  /** @throws S3Error NoSuchBucket */
  bucket(name: string): Bucket {
    const bucket = this.findBucket(name);
    if (bucket === undefined) {
      throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
    }
    return bucket;
  }

  /** The text of a bucket's policy; null where there is no bucket or no policy. */
  bucketPolicy(name: string): string | null {
    return this.findBucket(name)?.settings.policy ?? null;
  }

  /** @throws S3Error NoSuchBucket, NoSuchUpload */
  upload(bucket: string, key: string, uploadId: string): Upload {
    const upload = this.bucket(bucket).uploads.get(uploadId)?.view();
    if (upload === undefined || upload.key !== key) {
      throw new S3Error(
        'NoSuchUpload',
        'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
        { UploadId: uploadId },
      );
    }
    return upload;
  }

  close(): void {
    this.journal.close();
  }
}
