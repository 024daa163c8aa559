import type { Random } from '../random.js';
import type { MessageKind } from './catalogue.js';
import type { Slot } from './pattern.js';

/** One period of a music channel: album by album, each announced, with some talk and some deleted messages between. */
export function albumRhythm(random: Random, albumSizes: readonly number[], topicId?: number): Slot[] {
  const slots: Slot[] = [];
  const add = (slot: Slot) => slots.push(topicId === undefined ? slot : { ...slot, topicId });
  for (const [album, size] of albumSizes.entries()) {
    add({ kind: 'text', album });
    for (let track = 0; track < size; track++) {
      add({ kind: 'music', album, track });
      if (random.chance(0.04)) add({ kind: 'gap' });
    }
    for (let i = random.int(0, 2); i > 0; i--) add({ kind: random.chance(0.4) ? 'gap' : 'text' });
  }
  return slots;
}

/** One period of a conversation: each kind as often as its share says, in random order. */
export function talkRhythm(
  random: Random,
  shares: Readonly<Partial<Record<MessageKind | 'gap', number>>>,
  topicIds: readonly number[] = [],
): Slot[] {
  const slots: Slot[] = [];
  for (const kind of ['music', 'voice', 'document', 'text', 'gap'] as const) {
    for (let i = shares[kind] ?? 0; i > 0; i--) {
      const topic = topicIds.length === 0 ? {} : { topicId: random.pick(topicIds) };
      slots.splice(random.int(0, slots.length), 0, { kind, ...topic });
    }
  }
  return slots;
}

/** The same kind over and over. */
export function runOf(kind: MessageKind, length: number): Slot[] {
  return Array.from({ length }, () => ({ kind }));
}
