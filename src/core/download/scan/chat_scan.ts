import { StreamingDataProcessor } from '../../memory/streaming_data_processor.js';
import type { AudioKind, AudioMessage } from '../../types.js';
import { type KindScanOptions, scanKind } from './kind_scan.js';
import { mergeNewestFirst } from './merge.js';

export interface ChatScanOptions extends Omit<KindScanOptions, 'kind'> {
  readonly kinds: readonly AudioKind[];
  /** Messages handed on at a time. */
  readonly pageSize: number;
}

/** The audio messages of a target, newest first over all kinds, at most `limit`, in pages. */
export async function* scanTarget(
  options: ChatScanOptions,
): AsyncGenerator<readonly AudioMessage[], void, undefined> {
  const { kinds, pageSize, limit = Infinity, ...rest } = options;
  const bound = limit === Infinity ? {} : { limit };
  const messages = mergeNewestFirst(kinds.map((kind) => scanKind({ ...rest, ...bound, kind })));
  yield* new StreamingDataProcessor({ chunkSize: pageSize }).processInChunks(take(messages, limit));
}

async function* take<T>(source: AsyncIterable<T>, limit: number): AsyncGenerator<T, void, undefined> {
  let count = 0;
  for await (const element of source) {
    yield element;
    if (++count >= limit) return;
  }
}
