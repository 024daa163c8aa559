import { Text } from 'ink';
import { useKeys } from '../input.js';
import { actionFor } from '../keys.js';
import { filled } from '../text.js';
import { Gap, KeyRow } from './card.js';
import { Dialog } from './dialog.js';

/** Asks before something that cannot be undone; everything but y leaves things as they are. */
export function Confirm(props: {
  readonly question: string;
  readonly consequence: string;
  readonly onAnswer: (yes: boolean) => void;
}) {
  const answer = (name: string) => {
    props.onAnswer(actionFor(name, 'question') === 'yes');
    return true;
  };
  useKeys(true, answer, 'question');
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
