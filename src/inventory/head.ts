/**
 * Reads until so many bytes are there, or the stream ends before.
 * @returns what was read, to be put before the rest again with {@link headThenRest}
 */
export async function readHead(chunks: AsyncGenerator<Buffer>, leastBytes: number): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < leastBytes) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

/** Closes the rest with itself, however far it was read. */
export async function* headThenRest(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield head;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
