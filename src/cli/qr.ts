import qrcode from 'qrcode-generator';

/** Quiet zone around a code, in modules (ISO/IEC 18004 asks for 4; scanners are content with 2). */
const MARGIN = 2;

/** A QR code of `text` in half blocks: one character is two modules, one above the other. Dark is the background. */
export function qrLines(text: string): string[] {
  const code = qrcode(0, 'L');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const light = (row: number, column: number) =>
    row < 0 || column < 0 || row >= size || column >= size || !code.isDark(row, column);
  const lines: string[] = [];
  for (let row = -MARGIN; row < size + MARGIN; row += 2) {
    let line = '';
    for (let column = -MARGIN; column < size + MARGIN; column++) {
      const upper = light(row, column);
      const lower = light(row + 1, column);
      line += upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ';
    }
    lines.push(line);
  }
  return lines;
}
