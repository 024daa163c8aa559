import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { boundHeap, type HeapEngine } from '../../../src/core/memory/index.js';

const MB = 2 ** 20;

class FakeEngine implements HeapEngine {
  young = MB;
  time = 0;
  readonly flags: string[] = [];
  #listener: (() => void) | undefined;

  youngBytes(): number {
    return this.young;
  }

  setFlag(flag: string): void {
    this.flags.push(flag);
  }

  onCollections(listener: () => void): Disposable {
    this.#listener = listener;
    return {
      [Symbol.dispose]: () => {
        this.#listener = undefined;
      },
    };
  }

  now(): number {
    return this.time;
  }

  /** The flags that are set after a turn with collections. */
  turn(young: number): readonly string[] {
    this.young = young;
    this.flags.length = 0;
    this.#listener?.();
    return this.flags;
  }
}

const [HOLD, GROW] = [1, 2].map((factor) => `--semi-space-growth-factor=${factor}`);

it('holds the young generation at its bound, and lets it grow again when it has shrunk', () => {
  const engine = new FakeEngine();
  const bounds = boundHeap({ youngBytes: 16 * MB, oldPercent: 150, loadingMs: 0 }, engine);
  expect(engine.flags).toEqual(['--heap-growing-percent=50']);
  expect(engine.turn(8 * MB)).toEqual([]);
  expect(engine.turn(16 * MB)).toEqual([HOLD]);
  expect(engine.turn(16 * MB)).toEqual([]);
  expect(engine.turn(4 * MB)).toEqual([GROW]);
  expect(engine.turn(32 * MB)).toEqual([HOLD]);
  bounds[Symbol.dispose]();
  expect(engine.flags.slice(1)).toEqual([GROW, '--heap-growing-percent=0']);
  expect(engine.turn(64 * MB)).toEqual([]);
});

it('holds it as small as it is while modules are loaded', () => {
  const engine = new FakeEngine();
  using _bounds = boundHeap({ youngBytes: 16 * MB, oldPercent: 150, loadingMs: 3000 }, engine);
  expect(engine.flags).toEqual([HOLD, '--heap-growing-percent=50']);
  engine.time = 2999;
  expect(engine.turn(2 * MB)).toEqual([]);
  engine.time = 3000;
  expect(engine.turn(2 * MB)).toEqual([GROW]);
});

it('is heard by the engine of this Node', () => {
  const built = new URL('../../../dist/core/memory/index.js', import.meta.url);
  // In a process of its own, which nothing else has grown.
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { boundHeap } from '${built.href}';
    const young = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
    async function peak() {
      const kept = [];
      let highest = 0;
      for (let turn = 0; turn < 300; turn++) {
        for (let n = 0; n < 10_000; n++) kept[(turn * 10_000 + n) % 20_000] = { n, list: [n, turn] };
        highest = Math.max(highest, young());
        await new Promise((resolve) => setImmediate(resolve));
      }
      return highest;
    }
    const bounds = boundHeap({ youngBytes: ${8 * MB}, oldPercent: 150, loadingMs: 0 });
    const bounded = await peak();
    bounds[Symbol.dispose]();
    console.log(JSON.stringify({ bounded, free: await peak() }));`;
  const told = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  const { bounded, free } = JSON.parse(told) as { bounded: number; free: number };
  // While pages are swept they are counted in both halves.
  expect(bounded).toBeLessThanOrEqual(12 * MB);
  expect(free).toBeGreaterThan(12 * MB);
});
