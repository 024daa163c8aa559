import { Text } from 'ink';
import { useKeys } from '../input.js';
import { filled } from '../text.js';
import { Gap, KeyRow } from './card.js';
import { Dialog } from './dialog.js';

/** Asks before something that cannot be undone; everything but y leaves things as they are. */
export function Confirm(props: {
  readonly question: string;
  readonly consequence: string;
  readonly onAnswer: (yes: boolean) => void;
}) {
  useKeys(true, (name) => {
    props.onAnswer(name === 'y' || name === 'Y');
    return true;
  });
  return (
    <Dialog title="Sure?">
      <Text wrap="truncate">{filled(props.question)}</Text>
      <Text wrap="truncate" dimColor>
        {props.consequence}
      </Text>
      <Gap />
      <KeyRow name="y">yes</KeyRow>
      <KeyRow name="n">no</KeyRow>
    </Dialog>
  );
}
