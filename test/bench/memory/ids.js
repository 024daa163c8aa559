// Ids as Telegram makes them (64 bits, 19 digits), and the orders in which they are asked for. Always the same ones.
export function* randomNumbers(seed = 1) {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const FIRST = 5_000_000_000_000_000_000n;

/** The n-th id as a fresh bigint; different n, different id. */
export const bigintId = (n) => FIRST + ((BigInt(n) * 2_654_435_761n) & ((1n << 60n) - 1n));

/** The n-th id as a fresh string: its hash is not known yet, as when it arrives from the network. */
export const stringId = (n) => bigintId(n).toString();

/** The n-th id as halves. */
export function pairId(n) {
  const id = bigintId(n);
  return { hi: Number(id >> 32n), lo: Number(id & 0xffffffffn) };
}

/** `count` indices below `size`, all equally likely. */
export function uniform(count, size, random = randomNumbers()) {
  return Int32Array.from({ length: count }, () => Math.floor(random.next().value * size));
}

/** `count` indices below `size`, the first few asked for most (Zipf's law, exponent 0.99). */
export function zipf(count, size, random = randomNumbers()) {
  const sums = new Float64Array(size);
  let total = 0;
  for (let i = 0; i < size; i++) {
    total += (i + 1) ** -0.99;
    sums[i] = total;
  }
  return Int32Array.from({ length: count }, () => {
    const wanted = random.next().value * total;
    let [low, high] = [0, size - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}
