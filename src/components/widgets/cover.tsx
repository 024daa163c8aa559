import { Box, Text } from 'ink';
import { useMemo } from 'react';
import { type HalfBlocks, halfBlocks, type Picture } from '../cover.js';

/** A picture in half blocks: the upper half of each cell in the foreground, the lower in the background. */
export function Cover({
  picture,
  columns,
  rows,
}: {
  readonly picture: Picture;
  readonly columns: number;
  readonly rows: number;
}) {
  const lines = useMemo(() => halfBlocks(picture, columns, rows), [picture, columns, rows]);
  return (
    <Box flexDirection="column" width={columns}>
      {lines.map((cells, y) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the picture is its place
        <CoverLine key={y} cells={cells} />
      ))}
    </Box>
  );
}

function CoverLine({ cells }: { readonly cells: readonly HalfBlocks[] }) {
  return (
    <Text>
      {cells.map(({ upper, lower }, x) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a cell of the picture is its place
        <Text key={x} color={upper} backgroundColor={lower}>
          ▀
        </Text>
      ))}
    </Text>
  );
}
