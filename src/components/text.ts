import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Cells that a text takes. */
export const width = (text: string): number => stringWidth(text);

/**
 * A text in exactly `cells` cells: cut at a grapheme's border with an ellipsis, or padded. Rows are fitted here and not by the layout
 * engine, because clipping there re-slices every line of every frame.
 */
export function fit(text: string, cells: number, ellipsis = '…', align: 'left' | 'right' = 'left'): string {
  if (cells <= 0) return '';
  const taken = stringWidth(text);
  if (taken > cells) return cut(text, cells, ellipsis);
  const padding = ' '.repeat(cells - taken);
  return align === 'left' ? text + padding : padding + text;
}

function cut(text: string, cells: number, ellipsis: string): string {
  const room = cells - stringWidth(ellipsis);
  if (room < 0) return ' '.repeat(cells);
  let taken = 0;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    const next = stringWidth(segment);
    if (taken + next > room) break;
    kept += segment;
    taken += next;
  }
  return kept + ellipsis + ' '.repeat(room - taken);
}
