/** What comes from outside at its worst: too long, too wide, from the right to the left, joined, steering, nothing. */
export const NASTY = [
  '夜に駆ける '.repeat(12),
  'e\u0301\u0301\u0301'.repeat(40),
  'أغنية حزينة '.repeat(12),
  '👨‍👩‍👧‍👦🏳️‍🌈☎️'.repeat(12),
  'a\nb\tc\x1b[2Jd\x07',
  'x'.repeat(2000),
  '',
] as const;

export const SIZES = [
  [60, 15],
  [80, 24],
  [99, 30],
  [100, 30],
  [120, 36],
  [200, 60],
] as const;
