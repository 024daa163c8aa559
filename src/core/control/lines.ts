import { TadError } from '../errors.js';

/**
 * Cuts a byte stream into lines (`\n`, UTF-8), whatever its chunks are. Holds one line at most.
 * @throws TadError `rejected` from the iteration when a line is longer than `maxBytes`
 */
export async function* lines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<string> {
  let pending: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      pending.push(chunk.subarray(start, end));
      yield Buffer.concat(pending).toString('utf8');
      pending = [];
      length = 0;
      start = end + 1;
    }
    length += chunk.length - start;
    if (length > maxBytes) throw new TadError('rejected', `a line is longer than ${maxBytes} bytes`);
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
}
