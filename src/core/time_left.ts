/** Seconds. A longer time says nothing but that next to nothing comes. */
const LONGEST = 100 * 3600;

/** How fast it comes. */
export interface Speed {
  readonly bytesPerSecond: number;
  /** It has been coming for some seconds and still does, so that more may be told from it than that. */
  readonly isSteady: boolean;
}

/** Seconds until `bytes` more have come; undefined where that would be a guess. Pure. */
export function timeLeft(bytes: number, { bytesPerSecond, isSteady }: Speed): number | undefined {
  if (!isSteady || bytes <= 0) return undefined;
  const seconds = bytes / bytesPerSecond;
  return seconds <= LONGEST ? seconds : undefined;
}
