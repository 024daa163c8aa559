import { Box, Text, useWindowSize } from 'ink';
import type { ReactNode } from 'react';
import { Children } from 'react';
import { Pane } from './pane.js';

const MIN_WIDTH = 20;
const widthOn = (columns: number) => Math.max(MIN_WIDTH, Math.min(72, columns - 4));

/** Cells of a row in a dialog. */
export function useDialogCells(): number {
  return widthOn(useWindowSize().columns) - 4;
}

/** A small box over the middle of the screen; one row per child. */
export function Dialog({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { columns, rows } = useWindowSize();
  const width = widthOn(columns);
  const height = Children.toArray(children).length + 2;
  const area = {
    x: Math.max(0, Math.floor((columns - width) / 2)),
    y: Math.max(0, Math.floor((rows - height) / 2)),
    width,
    height,
  };
  return (
    <>
      {/* What is below must not show through; blanks have the terminal's own ground, dark or light. */}
      <Box position="absolute" top={area.y} left={area.x} width={width} height={height}>
        <Text>{Array.from({ length: height }, () => ' '.repeat(width)).join('\n')}</Text>
      </Box>
      <Pane area={area} title={title} isFocused>
        {Children.map(children, (child) => (
          <Box height={1}>{child}</Box>
        ))}
      </Pane>
    </>
  );
}
