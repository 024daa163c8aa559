const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/**
 * Bytes as tad writes them everywhere: `982 B`, `4.2 MB`, `640 MB`. A unit is 1024 of the one before it, as in what is
 * typed (`config/values.ts`). At most 7 cells for less than 1000 TB, and one more for a minus.
 */
export function byteText(bytes: number): string {
  let amount = Math.abs(bytes);
  let unit = 0;
  while (amount >= 999.5 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit++;
  }
  const digits = unit > 0 && amount < 9.95 ? 1 : 0;
  return `${bytes < 0 ? '-' : ''}${amount.toFixed(digits)} ${UNITS[unit]}`;
}
