import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Crc } from '../../../../src/demo/catalogue/audio/crc.js';

const check = Buffer.from('123456789', 'latin1');

describe('Crc', () => {
  it('has the published check values', () => {
    expect(new Crc(8, 0x07).of(check, 0, 9)).toBe(0xf4); // CRC-8/SMBUS
    expect(new Crc(16, 0x8005).of(check, 0, 9)).toBe(0xfee8); // CRC-16/UMTS
    expect(new Crc(32, 0x04c1_1db7).of(check, 0, 9)).toBe(0x89a1_897f); // the CRC of Ogg pages
  });

  it('can be carried over a rest of known length', () => {
    for (const crc of [new Crc(8, 0x07), new Crc(16, 0x8005), new Crc(32, 0x04c1_1db7)]) {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 50 }), fc.uint8Array({ maxLength: 200 }), (begin, rest) => {
          const whole = Buffer.concat([begin, rest]);
          const carried =
            crc.over(rest.length)(crc.of(begin, 0, begin.length)) ^ crc.of(rest, 0, rest.length);
          expect(carried >>> 0).toBe(crc.of(whole, 0, whole.length));
        }),
        { numRuns: 30 },
      );
    }
  });
});
