/** Bytes of WebAssembly (core specification, chapter 5): the few instructions that MD5 in vectors needs. */
export type Code = readonly number[];

export const code = (...parts: readonly Code[]): Code => parts.flat();

const unsigned = (value: number): Code => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]);
const signed = (value: number): Code =>
  value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
const vector = (opcode: number, ...immediates: readonly number[]): Code => [0xfd, ...unsigned(opcode), ...immediates];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
export const tee = (local: number): Code => [0x22, ...unsigned(local)];

export const int = (value: number): Code => [0x41, ...signed(value)];
export const INT_ADD: Code = [0x6a];
export const INT_LESS: Code = [0x48];

/** Runs `body`, and again while it leaves something other than 0. */
export const repeat = (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0x00, 0x0b];

/** The vector of 16 bytes at the address on the stack plus `offset`. */
export const load = (offset: number): Code => vector(0x00, 4, ...unsigned(offset));
export const store = (offset: number): Code => vector(0x0b, 4, ...unsigned(offset));
/** A vector with the same word in each of its four lanes. */
export function splat(word: number): Code {
  const bytes = [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24];
  return vector(0x0c, ...bytes, ...bytes, ...bytes, ...bytes);
}
/** Four of the eight words of the two vectors on the stack. */
export const pick = (...words: readonly [number, number, number, number]): Code =>
  vector(0x0d, ...words.flatMap((word) => [0, 1, 2, 3].map((byte) => word * 4 + byte)));
export const AND = vector(0x4e);
export const OR = vector(0x50);
export const XOR = vector(0x51);
export const NOT = vector(0x4d);
export const ADD = vector(0xae);
export const SHIFT_LEFT = vector(0xab);
export const SHIFT_RIGHT = vector(0xad);

const I32 = 0x7f;
const V128 = 0x7b;
const MAGIC: Code = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const name = (text: string): Code => [text.length, ...Buffer.from(text)];

/**
 * A module with a memory of so many pages of 64 KiB, exported as `memory`, and a function of one integer, exported as
 * `run`. Local 0 of the function is its argument, local 1 an integer, the others are vectors; all begin as 0.
 */
export function moduleOf(pages: number, vectors: number, body: Code): Uint8Array {
  const run = [2, 1, I32, ...unsigned(vectors), V128, ...body, 0x0b];
  return Uint8Array.from([
    ...MAGIC,
    ...section(1, [1, 0x60, 1, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('run'), 0, 0]),
    ...section(10, [1, ...unsigned(run.length), ...run]),
  ]);
}
