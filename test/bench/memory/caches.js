// The caches under test behind one face. Each process uses one of them only, so that the engine may specialise.

export const caches = {
  async tad(capacity) {
    const { LRUCache } = await import('../../../dist/core/memory/index.js');
    return new LRUCache(capacity);
  },
  async 'lru-cache'(max) {
    const { LRUCache } = await import('lru-cache');
    const cache = new LRUCache({ max });
    return { put: (id, value) => cache.set(id, value), get: (id) => cache.get(id) };
  },
  async mnemonist(capacity) {
    const { LRUMap } = await import('mnemonist');
    const cache = new LRUMap(capacity);
    return { put: (id, value) => cache.set(id, value), get: (id) => cache.get(id) };
  },
  async 'quick-lru'(maxSize) {
    const { default: QuickLRU } = await import('quick-lru');
    const cache = new QuickLRU({ maxSize });
    return { put: (id, value) => cache.set(id, value), get: (id) => cache.get(id) };
  },
  async 'tiny-lru'(max) {
    const { lru } = await import('tiny-lru');
    const cache = lru(max);
    return { put: (id, value) => cache.set(id, value), get: (id) => cache.get(id) };
  },
};
