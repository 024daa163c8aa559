import { Text } from 'ink';
import { useState } from 'react';
import { toTadError } from '../../core/errors.js';
import { useDashboard } from '../dashboard_context.js';
import { type KeysNow, useActions } from '../input.js';
import type { Action } from '../key_table.js';
import { fit } from '../text.js';
import { useTheme } from '../theme_context.js';
import { List, rowText, useList } from '../widgets/list.js';
import { Prompt } from '../widgets/prompt.js';
import { ViewFrame, type ViewProps } from './view_frame.js';

const ORIGINS = { flag: 'option', env: 'environment', file: 'config file', default: 'built in' } as const;

/** What cannot be changed here. */
const FIXED: KeysNow = { labels: { enter: 'how' } };
const EDITABLE: KeysNow = {};

/** Each setting, its value, and where that came from. */
export function SettingsView({ area, onBack }: ViewProps) {
  const { host, stores } = useDashboard();
  const [rows, setRows] = useState(() => host.settings());
  const [isEditing, setEditing] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { colours, glyphs } = useTheme();
  const height = area.height - 4;
  const cells = area.width - 4;
  const list = useList(rows.length, height);
  const current = rows[list.cursor];
  const isFixed = current?.editable === false;
  const act = (action: Action) => {
    if (list.move(action)) {
      setProblem(undefined);
      return true;
    }
    switch (action) {
      case 'enter':
        if (current?.editable) setEditing(true);
        else
          setProblem(
            `read at the start: ${current?.command ?? 'change the option or the variable of the environment'}`,
          );
        return true;
      case 'back':
      case 'settings':
        onBack();
        return true;
      default:
        return false;
    }
  };
  useActions('settings', !isEditing, act, isFixed ? FIXED : EDITABLE);
  const submit = (value: string) => {
    if (current === undefined) return;
    try {
      host.changeSetting(current.key, value);
      // The header has the limit.
      stores.connection.refresh();
      setRows(host.settings());
      setProblem(undefined);
      setEditing(false);
    } catch (error) {
      const { message, hint } = toTadError(error);
      setProblem(hint === undefined ? message : `${message}: ${hint}`);
    }
  };
  return (
    <ViewFrame
      area={area}
      title="Settings"
      note={isFixed ? 'Enter tells how to change it, Esc closes' : 'Enter changes, Esc closes'}
    >
      <List
        rows={rows}
        position={list}
        height={height}
        isFocused
        line={({ key, value, origin, editable }, isCurrent) => [
          editable ? `${glyphs.mark} ` : '  ',
          { text: `${fit(key, 20, glyphs.ellipsis)} `, isBold: true },
          { text: `${fit(ORIGINS[origin], 12)} `, isDim: true },
          rowText(fit(value, Math.max(0, cells - 36), glyphs.ellipsis), isCurrent, colours),
        ]}
      />
      {isEditing && current !== undefined ? (
        <Prompt
          label={`${current.key}:`}
          cells={cells}
          initial={current.written ?? ''}
          onSubmit={submit}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <Text dimColor>{fit(current?.description ?? '', cells, glyphs.ellipsis)}</Text>
      )}
      <Text {...(colours.bad !== undefined && { color: colours.bad })}>
        {fit(problem ?? '', cells, glyphs.ellipsis)}
      </Text>
    </ViewFrame>
  );
}
