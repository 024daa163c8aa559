import { Box, Text, useAnimation } from 'ink';
import { useEffect, useState } from 'react';
import type { Core } from '../../core/face.js';
import { countdown } from '../format.js';
import type { Rectangle } from '../layout.js';
import { Card, cardCells, Gap, KeyRow } from '../widgets/card.js';
import { Told } from '../widgets/told.js';
import { Working } from '../widgets/working.js';

/** Shorter waits are not worth reading. */
const WORTH_SECONDS = 2;

/** Until Telegram has answered: what is waited for, for how long, and why. */
export function OpeningView({
  area,
  isDemo,
  core,
}: {
  readonly area: Rectangle;
  readonly isDemo: boolean;
  /** Absent until there is one, for which the demo needs its server. */
  readonly core: Core | undefined;
}) {
  const [begun] = useState(now);
  const why = useTrouble(core);
  useAnimation({ interval: 1000 });
  const seconds = Math.floor(now() - begun);
  const what = isDemo && core === undefined ? 'Starting the demo server…' : 'Connecting to Telegram…';
  return (
    <Card area={area} title="tad">
      <Gap />
      <Box>
        <Working />
        <Text>{seconds < WORTH_SECONDS ? what : `${what} ${countdown(seconds)}`}</Text>
      </Box>
      {why !== undefined && <Told text={why} cells={cardCells(area)} rows={3} isDim />}
      <Gap />
      <KeyRow name="q">quit</KeyRow>
    </Card>
  );
}

/** Seconds on the wall's clock. */
const now = () => Date.now() / 1000;

/** Why it takes long, as far as the core has told. */
function useTrouble(core: Core | undefined): string | undefined {
  const [why, setWhy] = useState<string>();
  useEffect(() => {
    if (core === undefined) return;
    const subscriptions = [
      core.events.on('connection.retry', ({ reason }) => setWhy(`${reason}; trying again`)),
      core.events.on('connection.state', ({ reason }) => setWhy(reason)),
      core.events.on('flood.wait', ({ seconds }) => setWhy(`Telegram asks to wait ${countdown(seconds)}`)),
    ];
    return () => {
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
    };
  }, [core]);
  return why;
}
