import { describe, it } from 'vitest';
import { killOften } from '../chaos/kill_often.js';
import { DOWNLOAD_FAULTS, survive } from '../chaos/survive.js';

describe.each(['gramjs', 'native'] as const)('over the %s lane', (lane) => {
  it('survives kill -9 twenty times', async () => killOften(lane, 20, 12), 600_000);

  it.each(DOWNLOAD_FAULTS)(
    'survives %s at 5 %%',
    async (name) => survive(lane, [name], 0.05, { tracks: 20 }),
    600_000,
  );

  it(
    'survives all faults together',
    async () => survive(lane, DOWNLOAD_FAULTS, 0.05, { tracks: 20 }),
    900_000,
  );
});
