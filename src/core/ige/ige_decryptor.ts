import { readFileSync } from 'node:fs';
import { SCHEDULE_BYTES, writeRowKeys, writeStateKeys } from './key_schedule.js';
import {
  DATA_AT,
  ROW_KEYS_AT,
  ROW_PREVIOUS_CIPHER,
  ROW_PREVIOUS_PLAIN,
  STATE_KEYS_AT,
  STATE_KEYS_STRIDE,
  STATE_PREVIOUS_CIPHER,
} from './layout.js';

/** One message in the decryptor's memory. */
export interface IgeMessage {
  /** Where it lies: a multiple of 16, at least `IgeDecryptor.dataStart`. */
  readonly pointer: number;
  /** Bytes: a multiple of 16. */
  readonly length: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 32 bytes: the ciphertext block before the first, then the plaintext block before the first. */
  readonly iv: Uint8Array;
}

/** Decrypts AES-256-IGE messages in place, in a memory that sockets and files can use directly. */
export interface IgeDecryptor {
  readonly name: 'simd' | 'portable';
  /** Fixed for life: growing would detach the views that sockets and files hold. */
  readonly memory: Uint8Array;
  /** First byte of the memory that the caller may use. */
  readonly dataStart: number;
  /** How many messages together cost least per byte; waiting for more than that gains nothing. */
  readonly bestBatch: number;
  /** Any number of messages of any lengths, which must not overlap. O(bytes). */
  decrypt(messages: readonly IgeMessage[]): void;
}

type Kernel = (...parameters: number[]) => void;
type Kernels = Readonly<Record<string, Kernel>>;

interface Pending {
  pointer: number;
  blocks: number;
  readonly key: Uint8Array;
  iv: Uint8Array;
}

const MAX_GROUP = 4;
/**
 * Blocks per call of a kernel. V8 puts optimised code in place when a function is called, not while it runs: one call for a whole
 * part would go on in the slow form to its end, which costs 30 ms and more.
 */
const STRIDE_BLOCKS = 512;
const CALIBRATION_ROUNDS = 16;
const CALIBRATION_BYTES = 16 * STRIDE_BLOCKS;

/** The kernels' bytes, or undefined where the machine lacks what they need (relaxed SIMD: Node 22 on SSE4.1 or ARM64 and later). */
export function loadKernels(): WebAssembly.Module | undefined {
  const bytes = readFileSync(new URL('./kernels.wasm', import.meta.url));
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined;
}

/**
 * The vector-permute kernels of wat/: constant time as far as the engine allows, no table is indexed by secret data.
 * Made for three or four messages together; alone, each costs nearly twice as much (docs/download.md).
 */
export class SimdIgeDecryptor implements IgeDecryptor {
  readonly name = 'simd';
  readonly memory: Uint8Array;
  readonly dataStart = DATA_AT;
  readonly #kernels: Kernels;
  readonly #stateKeys: readonly Uint8Array[];
  readonly #rowKeys: Uint8Array;
  #bestBatch = MAX_GROUP;

  /**
   * @param bytes memory for messages, beside the kernels' own 64 KiB
   * @throws WebAssembly.CompileError, RangeError when the memory cannot be had
   */
  constructor(module: WebAssembly.Module, bytes: number) {
    const pages = Math.ceil((DATA_AT + bytes) / 65536);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.memory = new Uint8Array(memory.buffer);
    const instance = new WebAssembly.Instance(module, { ige: { memory } });
    this.#kernels = instance.exports;
    this.#stateKeys = [0, 1, 2].map((m) =>
      this.#view(STATE_KEYS_AT + STATE_KEYS_STRIDE * m, SCHEDULE_BYTES + 32),
    );
    this.#rowKeys = this.#view(ROW_KEYS_AT, ROW_PREVIOUS_PLAIN + 64);
  }

  get bestBatch(): number {
    return this.#bestBatch;
  }

  /**
   * Engines differ in which group is fastest (Node 22 reorders the kernels' work), so it is measured: groups of 3 and of 4, in turn,
   * the best time of each. Takes about 10 ms, brings both kernels to their optimised form, and overwrites the memory's
   * first 32 KiB: call it before use.
   * @param now a clock in any unit
   */
  calibrate(now: () => number): void {
    const length = Math.min(CALIBRATION_BYTES, (this.memory.length - DATA_AT) >>> 2) & ~15;
    if (length === 0) return;
    const zeros = new Uint8Array(32);
    const messages = [0, 1, 2, 3].map((m) => ({
      pointer: DATA_AT + m * length,
      length,
      key: zeros,
      iv: zeros,
    }));
    const best = { 3: Number.POSITIVE_INFINITY, 4: Number.POSITIVE_INFINITY };
    for (let round = 0; round < CALIBRATION_ROUNDS; round++) {
      for (const count of [3, 4] as const) {
        const start = now();
        this.decrypt(messages.slice(0, count));
        best[count] = Math.min(best[count], (now() - start) / count);
      }
    }
    this.#bestBatch = best[3] < best[4] ? 3 : 4;
  }

  decrypt(messages: readonly IgeMessage[]): void {
    let pending: Pending[] = [];
    for (const { pointer, length, key, iv } of messages) {
      if (length % 16 !== 0 || pointer % 16 !== 0)
        throw new RangeError('IGE messages consist of aligned blocks of 16 bytes');
      if (pointer < DATA_AT || pointer + length > this.memory.length)
        throw new RangeError('message outside the memory');
      if (length > 0) pending.push({ pointer, blocks: length / 16, key, iv });
    }
    // Longest first, so that a group shares as many blocks as possible; what is left of the longer ones joins the next group.
    while (pending.length > 0) {
      pending.sort((a, b) => b.blocks - a.blocks);
      const group = pending.slice(0, Math.min(this.#bestBatch, pending.length));
      const blocks = group[group.length - 1]!.blocks;
      if (group.length === MAX_GROUP) this.#decryptRows(group, blocks);
      else this.#decryptStates(group, blocks);
      for (const message of group) {
        message.pointer += 16 * blocks;
        message.blocks -= blocks;
      }
      pending = pending.filter((message) => message.blocks > 0);
    }
  }

  #decryptStates(group: readonly Pending[], blocks: number): void {
    for (const [m, message] of group.entries()) {
      const keys = this.#stateKeys[m]!;
      writeStateKeys(message.key, keys);
      keys.set(message.iv, STATE_PREVIOUS_CIPHER);
    }
    const kernel = this.#kernels[`decrypt${group.length}`]!;
    eachStride(blocks, (count, offset) => {
      const places = group.flatMap(({ pointer }, m) => [
        pointer + offset,
        STATE_KEYS_AT + STATE_KEYS_STRIDE * m,
      ]);
      kernel(count, ...places);
    });
    for (const [m, message] of group.entries()) {
      if (message.blocks > blocks) {
        message.iv = this.#stateKeys[m]!.slice(STATE_PREVIOUS_CIPHER, STATE_PREVIOUS_CIPHER + 32);
      }
    }
  }

  #decryptRows(group: readonly Pending[], blocks: number): void {
    const keys = this.#rowKeys;
    for (const [slot, message] of group.entries()) {
      writeRowKeys(message.key, slot, keys);
      eachIvByte(slot, (ivIndex, keyIndex) => {
        keys[keyIndex] = message.iv[ivIndex]!;
      });
    }
    const kernel = this.#kernels['decrypt4']!;
    eachStride(blocks, (count, offset) => {
      kernel(count, ROW_KEYS_AT, ...group.map(({ pointer }) => pointer + offset));
    });
    for (const [slot, message] of group.entries()) {
      if (message.blocks <= blocks) continue;
      const iv = new Uint8Array(32);
      eachIvByte(slot, (ivIndex, keyIndex) => {
        iv[ivIndex] = keys[keyIndex]!;
      });
      message.iv = iv;
    }
  }

  #view(start: number, length: number): Uint8Array {
    return this.memory.subarray(start, start + length);
  }
}

function eachStride(blocks: number, work: (count: number, byteOffset: number) => void): void {
  for (let done = 0; done < blocks; done += STRIDE_BLOCKS) {
    work(Math.min(STRIDE_BLOCKS, blocks - done), 16 * done);
  }
}

/** Where each byte of a message's two previous blocks stands in a row-sliced key area. */
function eachIvByte(slot: number, visit: (ivIndex: number, keyIndex: number) => void): void {
  for (const [half, start] of [ROW_PREVIOUS_CIPHER, ROW_PREVIOUS_PLAIN].entries()) {
    for (let row = 0; row < 4; row++) {
      for (let column = 0; column < 4; column++) {
        visit(16 * half + 4 * column + row, start + 16 * row + 4 * slot + column);
      }
    }
  }
}
