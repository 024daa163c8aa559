/** A WebAssembly text expression that leaves one value. */
export type Expression = string;

/**
 * Writes one exported WebAssembly function, statement by statement. The order of statements is the order of machine
 * instructions as far as the engine keeps it, which is why this is a generator and not a compiler.
 */
export class FunctionBuilder {
  readonly #name: string;
  readonly #parameters: readonly string[];
  readonly #locals: string[] = [];
  readonly #statements: string[] = [];
  #temporaries = 0;

  /** All parameters are i32. */
  constructor(name: string, parameters: readonly string[]) {
    this.#name = name;
    this.#parameters = parameters;
  }

  /** Declares a local and gives the expression that reads it. */
  local(name: string, type: 'i32' | 'v128'): Expression {
    this.#locals.push(`(local $${name} ${type})`);
    return get(name);
  }

  set(name: string, value: Expression): void {
    this.#statements.push(`(local.set $${name} ${value})`);
  }

  /** Computes a vector now, and gives the expression that reads it any number of times. */
  let(value: Expression): Expression {
    const name = `t${this.#temporaries++}`;
    const read = this.local(name, 'v128');
    this.set(name, value);
    return read;
  }

  store(value: Expression, pointer: Expression, offset = 0): void {
    this.#statements.push(`(v128.store offset=${offset} ${pointer} ${value})`);
  }

  /** Runs `body` while the counter, lowered by one each time, is not 0; not at all when it starts at 0. */
  repeat(counter: string, body: () => void): void {
    this.#statements.push(`(if ${get(counter)} (then (loop $${counter}Loop`);
    body();
    this.#statements.push(
      `(br_if $${counter}Loop (local.tee $${counter} (i32.sub ${get(counter)} (i32.const 1)))))))`,
    );
  }

  /** Runs `body` with `counter` at 0, step, 2·step … below `end`; at least once. */
  forStep(counter: string, step: number, end: number, body: () => void): void {
    this.set(counter, '(i32.const 0)');
    this.#statements.push(`(loop $${counter}Loop`);
    body();
    const next = `(local.tee $${counter} (i32.add ${get(counter)} (i32.const ${step})))`;
    this.#statements.push(`(br_if $${counter}Loop (i32.ne ${next} (i32.const ${end}))))`);
  }

  toString(): string {
    const parameters = this.#parameters.map((name) => `(param $${name} i32)`).join(' ');
    return `(func (export "${this.#name}") ${parameters}\n${this.#locals.join(' ')}\n${this.#statements.join('\n')})`;
  }
}

export const get = (name: string): Expression => `(local.get $${name})`;
export const xor = (a: Expression, b: Expression): Expression => `(v128.xor ${a} ${b})`;
export const and = (a: Expression, b: Expression): Expression => `(v128.and ${a} ${b})`;
/** Lanes of 32 bits: bits of the neighbouring byte come along and must be masked off. */
export const shiftRight4 = (a: Expression): Expression => `(i32x4.shr_u ${a} (i32.const 4))`;
export const load = (pointer: Expression, offset = 0): Expression =>
  `(v128.load offset=${offset} ${pointer})`;
export const loadAt = (address: number): Expression => load('(i32.const 0)', address);
export const addI32 = (a: Expression, b: Expression): Expression => `(i32.add ${a} ${b})`;

/**
 * Looks 16 nibbles up at once. The relaxed form is one instruction on x86 and as deterministic as the strict one here: every
 * index is below 16 or has bit 7 set, and for those the specification leaves no freedom.
 */
export const lookUp = (table: Expression, index: Expression): Expression =>
  `(i8x16.relaxed_swizzle ${table} ${index})`;

/** Picks 32-bit lanes: 0 to 3 from `a`, 4 to 7 from `b`. */
export const lanes = (a: Expression, b: Expression, picks: readonly number[]): Expression =>
  `(i8x16.shuffle ${picks.flatMap((lane) => [0, 1, 2, 3].map((i) => 4 * lane + i)).join(' ')} ${a} ${b})`;
