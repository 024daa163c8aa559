import { expect, it } from 'vitest';
import { markedId, parseMarkedId } from '../../../src/core/telegram/peer_id.js';

it.each([
  ['user', '456067058', '456067058'],
  ['group', '797673776', '-797673776'],
  ['channel', '1547604211', '-1001547604211'],
  ['channel', '997852516352', '-1997852516352'],
  ['user', '7777777777', '7777777777'],
] as const)('marks %s %s as %s, and back', (kind, id, marked) => {
  expect(markedId(kind, id)).toBe(marked);
  expect(parseMarkedId(marked)).toEqual({ kind, id });
});

it.each(['', '0', '-0', '007', 'x1', '1.5', '1'.repeat(30)])('does not take %j for an id', (text) => {
  expect(parseMarkedId(text)).toBeUndefined();
});
