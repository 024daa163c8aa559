import { encode } from 'jpeg-js';
import { LRUCache } from 'lru-cache';
import { Random } from '../random.js';
import type { Picture } from './audio/spec.js';

const SIDE = 200;
const QUALITY = 60;
/** More than any drawing takes; what it leaves over is a JPEG comment, so that the size is known undrawn. */
const LEAST_BYTES = 10 * 1024;
const KEPT_DRAWINGS = 64;

const drawn = new LRUCache<number, Uint8Array>({ max: KEPT_DRAWINGS });

/** The cover that belongs to a number: a JPEG of some 10 KB, drawn when its bytes are asked for. */
export function coverArt(seed: number): Picture {
  const size = LEAST_BYTES + (seed % 1000);
  return { size, width: SIDE, height: SIDE, bytes: () => draw(seed, size) };
}

function draw(seed: number, size: number): Uint8Array {
  const known = drawn.get(seed);
  if (known !== undefined) return known;
  const jpeg = encode({ width: SIDE, height: SIDE, data: paint(new Random(seed, 0xa47)) }, QUALITY).data;
  const padded = padWithComment(jpeg, size);
  drawn.set(seed, padded);
  return padded;
}

/** Puts a COM segment right behind SOI. @throws RangeError when there is no room for one */
function padWithComment(jpeg: Uint8Array, size: number): Uint8Array {
  const segment = size - jpeg.length - 2; // its length field counts itself, not the marker
  if (segment < 2) throw new RangeError(`a drawing of ${jpeg.length} bytes does not fit ${size}`);
  const padded = Buffer.alloc(size, 0x20);
  padded.set(jpeg.subarray(0, 2));
  padded.writeUInt16BE(0xfffe, 2);
  padded.writeUInt16BE(segment, 4);
  padded.set(jpeg.subarray(2), 4 + segment);
  return padded;
}

type Shape = (x: number, y: number) => boolean;

/** Flat shapes over a gradient. */
function paint(random: Random): Buffer {
  const [from, to] = [colour(random), colour(random)];
  const layers = Array.from({ length: random.int(2, 5) }, () => ({
    covers: shape(random),
    paint: colour(random),
  }));
  const pixels = Buffer.alloc(SIDE * SIDE * 4, 0xff);
  for (let y = 0, at = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, at += 4) {
      const layer = layers.findLast(({ covers }) => covers(x / SIDE, y / SIDE));
      for (let c = 0; c < 3; c++) {
        pixels[at + c] = layer?.paint[c] ?? from[c]! + ((to[c]! - from[c]!) * y) / SIDE;
      }
    }
  }
  return pixels;
}

function colour(random: Random): readonly [number, number, number] {
  return [random.int(0, 255), random.int(0, 255), random.int(0, 255)];
}

function shape(random: Random): Shape {
  const x0 = random.float();
  const y0 = random.float();
  const size = 0.1 + random.float() * 0.4;
  switch (random.int(0, 3)) {
    case 0:
      return (x, y) => Math.hypot(x - x0, y - y0) < size;
    case 1:
      return (x, y) => Math.abs(Math.hypot(x - x0, y - y0) - size) < size / 6;
    case 2:
      return (x, y) => Math.abs(x - x0) + Math.abs(y - y0) < size;
    default:
      return (x, y) => Math.abs(x - x0) < size && Math.abs(y - y0) < size / 3;
  }
}
