import {
  ADD,
  AND,
  code,
  get,
  int,
  INT_ADD,
  INT_LESS,
  load,
  moduleOf,
  NOT,
  OR,
  pick,
  repeat,
  set,
  SHIFT_LEFT,
  SHIFT_RIGHT,
  splat,
  store,
  tee,
  XOR,
  type Code,
} from './assembly';

/** Streams that are hashed together. */
export const LANES = 4;
/** MD5 takes in blocks of so many bytes. */
export const BLOCK_BYTES = 64;
/** Of each stream at a time: of all together little enough for the caches of a core. */
export const LANE_BYTES = 16 * 1024;

/** In memory: the four words of the state, each of them for all lanes; then the bytes, lane after lane. */
const BYTES_AT = 64;
const PAGES = Math.ceil((BYTES_AT + LANES * LANE_BYTES) / 65_536);

/** RFC 1321, section 3.4. */
const SINES = Array.from({ length: 64 }, (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32));
const ROTATIONS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;
const FOUR = [0, 1, 2, 3] as const;

// Locals: bytes of each lane, how far it has come, and vectors.
const END = 0;
const POSITION = 1;
const STATE = 2;
const BEFORE = 6;
const MESSAGE = 10;
const ROWS = 26;
const PAIRS = 30;
const SUM = 32;
const VECTORS = 31;

/** The next 16 words of every lane, each word a vector: what stands in memory, transposed. */
const loadMessage = code(
  ...FOUR.flatMap((quarter) => [
    ...FOUR.map((lane) => {
      const at = BYTES_AT + lane * LANE_BYTES + quarter * 16;
      return code(get(POSITION), load(at), set(ROWS + lane));
    }),
    ...[0, 2].flatMap((word) => [
      code(get(ROWS), get(ROWS + 1), pick(word, word + 4, word + 1, word + 5), set(PAIRS)),
      code(get(ROWS + 2), get(ROWS + 3), pick(word, word + 4, word + 1, word + 5), set(PAIRS + 1)),
      code(get(PAIRS), get(PAIRS + 1), pick(0, 1, 4, 5), set(MESSAGE + quarter * 4 + word)),
      code(get(PAIRS), get(PAIRS + 1), pick(2, 3, 6, 7), set(MESSAGE + quarter * 4 + word + 1)),
    ]),
  ]),
);

/** What a step of each round makes of three words of the state, and which word of the message it adds. */
interface Round {
  readonly mix: (y: number, z: number, w: number) => Code;
  readonly wordOf: (step: number) => number;
}
const ROUNDS: readonly Round[] = [
  { mix: (y, z, w) => code(get(w), get(y), get(z), get(w), XOR, AND, XOR), wordOf: (step) => step },
  { mix: (y, z, w) => code(get(z), get(w), get(y), get(z), XOR, AND, XOR), wordOf: (step) => 5 * step + 1 },
  { mix: (y, z, w) => code(get(y), get(z), get(w), XOR, XOR), wordOf: (step) => 3 * step + 5 },
  { mix: (y, z, w) => code(get(z), get(y), get(w), NOT, OR, XOR), wordOf: (step) => 7 * step },
];

/** x = y + rotated(x + mix + word + sine); then the words of the state change places. */
const steps = code(
  ...ROUNDS.flatMap(({ mix, wordOf }, round) =>
    Array.from({ length: 16 }, (_, index) => {
      const step = round * 16 + index;
      const word = (place: number): number => STATE + ((place + 64 - step) % 4);
      const rotation = ROTATIONS[round]?.[step % 4] ?? 0;
      return code(
        code(get(word(0)), get(MESSAGE + (wordOf(step) % 16)), ADD, splat(SINES[step] ?? 0), ADD),
        code(mix(word(1), word(2), word(3)), ADD, tee(SUM)),
        code(int(rotation), SHIFT_LEFT, get(SUM), int(32 - rotation), SHIFT_RIGHT, OR),
        code(get(word(1)), ADD, set(word(0))),
      );
    }),
  ),
);

const compression = moduleOf(
  PAGES,
  VECTORS,
  code(
    ...FOUR.map((word) => code(int(0), load(word * 16), set(STATE + word))),
    repeat(
      code(
        loadMessage,
        ...FOUR.map((word) => code(get(STATE + word), set(BEFORE + word))),
        steps,
        ...FOUR.map((word) => code(get(STATE + word), get(BEFORE + word), ADD, set(STATE + word))),
        code(get(POSITION), int(BLOCK_BYTES), INT_ADD, tee(POSITION), get(END), INT_LESS),
      ),
    ),
    ...FOUR.map((word) => code(int(0), get(STATE + word), store(word * 16))),
  ),
);

/** What is used here of a global that Node's types leave out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => {
    readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly run: (bytes: number) => void };
  };
};

const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(compression)).exports;
const words = new Uint32Array(memory.buffer, 0, BYTES_AT / 4);
const bytes = new Uint8Array(memory.buffer, BYTES_AT);

/** One stream's part in a run. */
export interface Lane {
  /** Four words, which the run changes. */
  readonly state: Uint32Array;
  readonly bytes: Uint8Array;
}

/**
 * Takes the states of up to {@link LANES} streams on by their bytes, as long as one another: whole blocks, at most
 * {@link LANE_BYTES}. Takes as long for one stream as for all.
 */
export function compress(lanes: readonly Lane[]): void {
  lanes.forEach((lane, index) => {
    bytes.set(lane.bytes, index * LANE_BYTES);
    for (const word of FOUR) words[word * LANES + index] = lane.state[word] ?? 0;
  });
  run(lanes[0]?.bytes.length ?? 0);
  lanes.forEach((lane, index) => {
    for (const word of FOUR) lane.state[word] = words[word * LANES + index] ?? 0;
  });
}
