import type { Range, Token } from './glob-tokens';

/** Work that is done at a time, in steps: some ten milliseconds. */
const SLICE_STEPS = 200_000;

/** States and their nodes that are kept, some ten MB. What is beyond is forgotten and found again when it is needed. */
const MOST_KEPT = 400_000;

/**
 * Says whether names match any of some globs. All globs are looked for at once, in one pass over the name, without going
 * back: as an automaton whose states are sets of places in the globs, each found when a name first leads to it. A
 * character takes one step where the state is known, and never more steps than the globs have tokens, times a small
 * constant.
 */
export class GlobAutomaton {
  /** Work done so far: characters looked at, and places in globs tried. */
  steps = 0;
  private sliceEnd = SLICE_STEPS;
  private readonly alphabet: Alphabet;
  private readonly nodes: Node[] = [];
  private readonly root: Node;
  /** Of each node the last set that it was put into. */
  private readonly inSet: Uint32Array;
  private sets = 0;
  private states = new Map<string, State>();
  private kept = 0;
  private readonly start: State | undefined;

  constructor(globs: readonly (readonly Token[])[]) {
    this.alphabet = new Alphabet(globs);
    this.root = this.newNode();
    for (const tokens of globs) this.insert(tokens);
    this.inSet = new Uint32Array(this.nodes.length);
    this.start = this.startState();
  }

  /** Pauses where a slice of work is done, for others to have their turn; returns whether the name matches. */
  *matches(name: string): Generator<undefined, boolean> {
    let state = this.start ?? this.startState();
    for (let at = 0; at < name.length && !state.isFinal; at += 1) {
      const code = name.codePointAt(at) as number;
      if (code > 0xffff) at += 1;
      const symbol = this.alphabet.symbolOf(code);
      this.steps += 1;
      state = state.next.get(symbol) ?? this.follow(state, symbol);
      if (this.steps >= this.sliceEnd) {
        yield;
        this.sliceEnd = this.steps + SLICE_STEPS;
      }
    }
    return state.accepts;
  }

  /** Globs that begin alike share their nodes. */
  private insert(tokens: readonly Token[]): void {
    let node = this.root;
    for (const token of tokens) node = this.after(node, token);
    node.accepts = true;
  }

  private after(node: Node, token: Token): Node {
    if (token.kind === 'character') {
      const symbol = this.alphabet.symbolOf(token.code);
      const known = node.characters?.get(symbol);
      if (known !== undefined) return known;
      const next = this.newNode();
      node.takes(symbol, next);
      return next;
    }
    const key = JSON.stringify(token);
    const known = node.others?.get(key);
    if (known !== undefined) return known;
    const next = this.newNode();
    (node.others ??= new Map()).set(key, next);
    if (token.kind === 'class') {
      node.chooses(this.alphabet.symbolsOf(token.ranges), token.negated, next);
    } else if (token.kind === 'star') {
      node.leadsTo(next);
      next.loop = 'in-folder';
    } else if (token.kind === 'rest') {
      node.chooses([], true, next);
      next.loop = 'anywhere';
    } else {
      const within = this.newNode();
      node.leadsTo(next);
      next.chooses([], true, within);
      within.loop = 'in-folder';
      within.takes(this.alphabet.slash, next);
    }
    return next;
  }

  private newNode(): Node {
    const node = new Node(this.nodes.length);
    this.nodes.push(node);
    return node;
  }

  private startState(): State {
    const found = this.newSet();
    this.add(this.root, found);
    return this.stateOf(found);
  }

  /** The state that a character leads to. */
  private follow(from: State, symbol: number): State {
    const isSlash = symbol === this.alphabet.slash;
    const found = this.newSet();
    for (const id of from.nodes) {
      const node = this.nodes[id] as Node;
      this.steps += 1;
      if (node.loop === 'anywhere' || (node.loop === 'in-folder' && !isSlash)) this.add(node, found);
      const next = node.characters?.get(symbol);
      if (next !== undefined) this.add(next, found);
      if (isSlash) continue;
      for (const { symbols, negated, next } of node.classes ?? []) {
        this.steps += 1 + symbols.length;
        if (symbols.some(([first, last]) => first <= symbol && symbol <= last) !== negated) this.add(next, found);
      }
    }
    const state = this.stateOf(found);
    from.next.set(symbol, state);
    return state;
  }

  private newSet(): number[] {
    this.sets += 1;
    return [];
  }

  private add(node: Node, found: number[]): void {
    if (this.inSet[node.id] === this.sets) return;
    this.inSet[node.id] = this.sets;
    this.steps += 1;
    found.push(node.id);
    for (const next of node.atOnce ?? []) this.add(next, found);
  }

  private stateOf(found: readonly number[]): State {
    const ids = Int32Array.from(found).sort();
    const key = Buffer.from(ids.buffer).toString('latin1');
    const known = this.states.get(key);
    if (known !== undefined) return known;
    this.kept += 1 + ids.length;
    if (this.kept > MOST_KEPT) {
      this.states = new Map();
      this.kept = 1 + ids.length;
      this.start?.next.clear();
    }
    const nodes = found.map((id) => this.nodes[id] as Node);
    const state: State = {
      nodes: ids,
      accepts: nodes.some(({ accepts }) => accepts),
      // All that follows matches, or nothing does.
      isFinal: ids.length === 0 || nodes.some(({ accepts, loop }) => accepts && loop === 'anywhere'),
      next: new Map(),
    };
    this.states.set(key, state);
    return state;
  }
}

/** A set of nodes that a beginning of a name leads to. */
interface State {
  readonly nodes: Int32Array;
  readonly accepts: boolean;
  readonly isFinal: boolean;
  readonly next: Map<number, State>;
}

/** One of some symbols, or one that is not among them. */
interface ClassEdge {
  readonly symbols: readonly Range[];
  readonly negated: boolean;
  readonly next: Node;
}

/** A place in one glob or, where they begin alike, in several. */
class Node {
  accepts = false;
  /** Where any further character leads back here. */
  loop: 'none' | 'in-folder' | 'anywhere' = 'none';
  characters: Map<number, Node> | null = null;
  /** Of these, none takes a slash. */
  classes: ClassEdge[] | null = null;
  /** Nodes that are reached with this one. */
  atOnce: Node[] | null = null;
  /** What follows a token that is no character. */
  others: Map<string, Node> | null = null;

  constructor(readonly id: number) {}

  takes(symbol: number, next: Node): void {
    (this.characters ??= new Map()).set(symbol, next);
  }

  chooses(symbols: readonly Range[], negated: boolean, next: Node): void {
    (this.classes ??= []).push({ symbols, negated, next });
  }

  leadsTo(next: Node): void {
    (this.atOnce ??= []).push(next);
  }
}

const BASIC_PLANE = 0x1_0000;

/** Characters that no glob tells apart are one symbol, so that few steps have to be found. */
class Alphabet {
  readonly slash: number;
  /** First code point of each symbol, rising from 0. */
  private readonly firsts: readonly number[];
  private readonly inBasicPlane = new Int32Array(BASIC_PLANE);

  constructor(globs: readonly (readonly Token[])[]) {
    const slash = '/'.charCodeAt(0);
    const firsts = new Set([0, slash, slash + 1]);
    for (const tokens of globs) {
      for (const token of tokens) {
        if (token.kind === 'character') firsts.add(token.code).add(token.code + 1);
        else if (token.kind === 'class') for (const [first, last] of token.ranges) firsts.add(first).add(last + 1);
      }
    }
    this.firsts = [...firsts].toSorted((a, b) => a - b);
    for (const [symbol, first] of this.firsts.entries()) {
      this.inBasicPlane.fill(symbol, first, this.firsts[symbol + 1] ?? BASIC_PLANE);
    }
    this.slash = this.symbolOf(slash);
  }

  symbolOf(code: number): number {
    if (code < BASIC_PLANE) return this.inBasicPlane[code] as number;
    let [low, high] = [0, this.firsts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.firsts[middle] as number) <= code) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  symbolsOf(ranges: readonly Range[]): readonly Range[] {
    return ranges.map(([first, last]) => [this.symbolOf(first), this.symbolOf(last)]);
  }
}
