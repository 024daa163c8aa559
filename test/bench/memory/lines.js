// node lines.js READER FILE: reads all lines of a file. Seconds are processor time, of all threads.
import { createReadStream } from 'node:fs';
import { report } from './child.js';

// Not the whole index: the other structures would count as memory of the reading.
const processor = '../../../dist/core/memory/streaming_data_processor.js';
const [reader, path] = process.argv.slice(2);
let lines = 0;
let characters = 0;
const count = (line) => {
  lines++;
  characters += line.length;
};

// Each loads what it needs, and nothing else, before the clock runs.
const readers = {
  async tad() {
    const { StreamingDataProcessor } = await import(processor);
    return async () => {
      const lines = new StreamingDataProcessor().processFileLines(path);
      for await (const batch of lines.batches()) batch.forEach(count);
    };
  },
  async 'tad, line by line'() {
    const { StreamingDataProcessor } = await import(processor);
    return async () => {
      for await (const line of new StreamingDataProcessor().processFileLines(path)) count(line);
    };
  },
  async readline() {
    const { createInterface } = await import('node:readline');
    return async () => {
      const input = createReadStream(path);
      for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) count(line);
    };
  },
  async split2() {
    const { default: split2 } = await import('split2');
    return async () => {
      for await (const line of createReadStream(path).pipe(split2())) count(line);
    };
  },
};

const read = await readers[reader]();
const started = process.cpuUsage();
await read();
const { user, system } = process.cpuUsage(started);
const { maxRSS } = process.resourceUsage();
report({ seconds: (user + system) / 1e6, lines, characters, peakRssBytes: maxRSS * 1024 });
