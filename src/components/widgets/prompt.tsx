import { Text } from 'ink';
import { useRef, useState } from 'react';
import { useKeys } from '../input.js';
import { actionFor } from '../keys.js';
import { fitEnd, width } from '../text.js';
import { useTheme } from '../theme_context.js';

/** What a key does to a line of text. Undefined: the key is none of the line's. Pure. */
export function editLine(text: string, name: string): string | undefined {
  if (name === 'backspace') return Array.from(text).slice(0, -1).join('');
  if (name === 'ctrl+u') return '';
  if (name === 'ctrl+w') return text.replace(/\S*\s*$/, '');
  if (name === 'space') return `${text} `;
  return Array.from(name).length === 1 ? text + name : undefined;
}

/** No line has a use for these: a list that is filtered as the person types moves by them. */
const LIST_KEYS = new Set(['up', 'down', 'pageup', 'pagedown']);

/** One line of text, typed by the person. Enter gives it, Esc gives up. */
export function Prompt(props: {
  readonly label: string;
  readonly cells: number;
  readonly initial?: string;
  readonly isSecret?: boolean;
  readonly scope?: 'filter' | 'field';
  /** Told of every change while the person types. */
  readonly onChange?: (text: string) => void;
  readonly onSubmit: (text: string) => void;
  readonly onCancel: () => void;
}) {
  const { scope = 'field' } = props;
  const { name, colours, glyphs } = useTheme();
  const [text, setText] = useState(props.initial ?? '');
  // Several keys of one read arrive before the next render, so the newest text is kept beside the state.
  const latest = useRef(text);
  const handle = (key: string) => {
    const action = actionFor(key, scope);
    if (action === 'enter') props.onSubmit(latest.current);
    else if (action === 'back') props.onCancel();
    else {
      const next = editLine(latest.current, key);
      if (next === undefined) return !LIST_KEYS.has(key);
      latest.current = next;
      setText(next);
      props.onChange?.(next);
    }
    return true;
  };
  useKeys(true, handle, scope);
  const shown = props.isSecret ? '•'.repeat(Array.from(text).length) : text;
  const room = Math.max(1, props.cells - width(props.label) - 2);
  return (
    <Text wrap="truncate">
      <Text {...(colours.accent !== undefined && { color: colours.accent })}>{props.label} </Text>
      <Text>{fitEnd(shown, Math.min(room, width(shown)))}</Text>
      {name === 'plain' ? <Text>{glyphs.caret}</Text> : <Text inverse> </Text>}
    </Text>
  );
}
