/**
 * The music of the synthetic world: notes of a pentatonic scale, each a few partials under a plucked envelope. Every
 * format encodes the same notes once per process, and a file is a sequence of them, chosen by its key.
 */

const SEMITONES = [0, 3, 5, 7, 10, 12, 15, 17, 19, 22] as const;
const LOWEST_HZ = 110;
/** Partials above stay out: below 750 Hz everything lies in the lowest subband of an MP3 (mp3_bank.ts). */
const HIGHEST_HZ = 700;
const PARTIALS = [0.6, 0.25, 0.12] as const;
const ATTACK_SECONDS = 0.02;
const RELEASE_SECONDS = 0.06;
/** Silence at the end, so that the overlap of transform codecs never carries one note into the next. */
const REST_SECONDS = 0.03;

export const NOTE_COUNT = SEMITONES.length;

/**
 * The sample of a note at a moment, in [-1, 1].
 * @param note 0 to NOTE_COUNT - 1
 * @param seconds since its beginning; silent outside [0, length)
 * @param length seconds from this note's beginning to the next one's
 */
export function noteSample(note: number, seconds: number, length: number): number {
  const left = length - REST_SECONDS - seconds;
  if (seconds <= 0 || left <= 0) return 0;
  const envelope =
    Math.min(1, seconds / ATTACK_SECONDS) *
    Math.exp((-2.5 * seconds) / length) *
    Math.min(1, left / RELEASE_SECONDS);
  const fundamental = LOWEST_HZ * 2 ** (SEMITONES[note]! / 12);
  let sum = 0;
  for (const [index, amplitude] of PARTIALS.entries()) {
    const hertz = fundamental * (index + 1);
    if (hertz < HIGHEST_HZ) sum += amplitude * Math.sin(2 * Math.PI * hertz * seconds);
  }
  return envelope * sum;
}
