import type { AudioMessage } from '../core/types.js';

/** `Title – Performer`; the file's name where a sender gave neither; what it is where there is no name at all. Pure. */
export function trackName(track: {
  readonly kind: AudioMessage['kind'];
  readonly title?: string;
  readonly performer?: string;
  readonly fileName?: string;
  readonly caption?: string;
}): string {
  const { title, performer, fileName, caption, kind } = track;
  if (title) return performer ? `${title} – ${performer}` : title;
  if (fileName) return fileName;
  const words = caption?.trim().split('\n', 1)[0];
  if (kind === 'voice') return words ? `Voice note: ${words}` : 'Voice note';
  return performer ?? words ?? 'Without a name';
}
