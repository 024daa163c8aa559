import type { NoticeLevel } from './events.js';

const LEVELS: readonly NoticeLevel[] = ['error', 'warning', 'info', 'debug'];

/** Whether a notice of `level` is told at the level asked for. */
export function isTold(level: NoticeLevel, asked: NoticeLevel): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(asked);
}
