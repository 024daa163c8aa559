import { describe, it } from 'vitest';
import type { FaultName } from '../../src/demo/faults.js';
import { killOften } from '../chaos/kill_often.js';
import { DOWNLOAD_FAULTS, survive } from '../chaos/survive.js';

const RATE = 0.05;
/** Strikes connections, of which there are a handful, and not requests. */
const RATE_OF_CONNECTIONS: Partial<Record<FaultName, number>> = { 'slow-start': 0.5 };

describe.each(['gramjs', 'native'] as const)('over the %s lane', (lane) => {
  it('survives kill -9 twenty times', async () => killOften(lane, 20, 12), 600_000);

  it.each(DOWNLOAD_FAULTS.map((name) => [name, RATE_OF_CONNECTIONS[name] ?? RATE] as const))(
    'survives %s at a rate of %d',
    async (name, rate) => survive(lane, [name], rate, { tracks: 20 }),
    600_000,
  );

  it(
    'survives all faults together',
    async () => survive(lane, DOWNLOAD_FAULTS, RATE, { tracks: 20 }),
    900_000,
  );
});
