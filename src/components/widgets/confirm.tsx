import { Text } from 'ink';
import { useKeys } from '../input.js';
import { useTheme } from '../theme_context.js';
import { Dialog } from './dialog.js';

/** Asks before something that cannot be undone; everything but y leaves things as they are. */
export function Confirm(props: {
  readonly question: string;
  readonly consequence: string;
  readonly onAnswer: (yes: boolean) => void;
}) {
  const { colours } = useTheme();
  useKeys(true, (name) => {
    props.onAnswer(name === 'y' || name === 'Y');
    return true;
  });
  return (
    <Dialog title="Sure?">
      <Text>{props.question}</Text>
      <Text dimColor>{props.consequence}</Text>
      <Text {...(colours.accent !== undefined && { color: colours.accent })}>y yes n no</Text>
    </Dialog>
  );
}
