import { Text } from 'ink';
import { fit } from '../text.js';
import { useTheme } from '../theme_context.js';
import { Prompt } from './prompt.js';

/** The filter of a list, while it is typed and afterwards. Enter keeps it, Esc clears it. */
export function FilterLine(props: {
  readonly cells: number;
  readonly filter: string;
  readonly isTyping: boolean;
  /** Shown while there is no filter. */
  readonly otherwise?: string;
  readonly onChange: (filter: string) => void;
  readonly onDone: () => void;
}) {
  const { cells, filter, isTyping, otherwise = '', onChange, onDone } = props;
  const { glyphs } = useTheme();
  if (!isTyping) {
    return <Text dimColor>{fit(filter === '' ? otherwise : `/ ${filter}`, cells, glyphs.ellipsis)}</Text>;
  }
  return (
    <Prompt
      label="/"
      scope="filter"
      cells={cells}
      initial={filter}
      onChange={onChange}
      onSubmit={onDone}
      onCancel={() => {
        onChange('');
        onDone();
      }}
    />
  );
}
