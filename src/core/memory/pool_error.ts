/**
 * `closed`: the pool was closed. `timeout`: no object came free in time. `released`: a lease was released twice, or its
 * object used afterwards. `foreign`: the lease is another pool's.
 */
export type PoolErrorCode = 'closed' | 'timeout' | 'released' | 'foreign';

export class PoolError extends Error {
  override readonly name = 'PoolError';

  constructor(
    readonly code: PoolErrorCode,
    message: string,
  ) {
    super(message);
  }
}
