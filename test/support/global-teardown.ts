/** Jest hands globalThis on from the set-up to here. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.temporalServer?.stop();
}
