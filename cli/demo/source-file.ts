import type { Readable } from 'node:stream';

/** A file that becomes an archive and is compared with the object at the end. Opened anew for each reading. */
export interface SourceFile {
  /** Path relative to the folder, with slashes: the name that must come back as the object's key. */
  readonly name: string;
  readonly sizeBytes: number;
  open(): Readable;
}
