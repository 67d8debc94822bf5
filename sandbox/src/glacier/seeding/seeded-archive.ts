import { VirtualContent } from '../virtual/content';

/** An archive of a seeded vault. Its bytes follow from its id and its size, so any program can check a copy of them. */
export class SeededArchive {
  #treeHash: string | undefined;

  constructor(
    /** Place in the vault, from 0, by creation. */
    readonly position: number,
    /** Place among everything that the service stores. */
    readonly sequence: number,
    readonly id: string,
    readonly description: string,
    readonly creationDate: string,
    readonly sizeBytes: number,
  ) {}

  get content(): VirtualContent {
    return new VirtualContent(this.id, this.sizeBytes);
  }

  /** Hex; costs some microseconds at first, up to milliseconds for the largest. */
  get treeHash(): string {
    return (this.#treeHash ??= this.content.treeHash());
  }
}
