import { describe, it } from 'vitest';
import { FAULT_NAMES } from '../../src/demo/faults.js';
import { killOften } from '../chaos/kill_often.js';
import { survive } from '../chaos/survive.js';

describe.each(['gramjs', 'native'] as const)('over the %s lane', (lane) => {
  it('survives kill -9 twenty times', async () => killOften(lane, 20, 12), 600_000);

  it.each(FAULT_NAMES)(
    'survives %s at 5 %%',
    async (name) => survive(lane, [name], 0.05, { tracks: 20 }),
    600_000,
  );

  it('survives all faults together', async () => survive(lane, FAULT_NAMES, 0.05, { tracks: 20 }), 900_000);
});
