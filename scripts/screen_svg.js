// A terminal emulator's screen as SVG: every cell at its place, whatever fonts the viewer has.

/** Whole pixels, as are halves of the height: half blocks lie side by side without seams. */
const CELL = { width: 9, height: 20 };
const FONT_SIZE = 15;
const MARGIN = 14;
const TITLE_BAR = 30;

const GROUND = '#0f1419';
const TEXT = '#d5dae1';
const BAR = '#1b222b';
/** The sixteen colours of the terminal that is pictured. */
const PALETTE = [
  ['#1b222b', '#f07178', '#9ece6a', '#e6b450', '#6aa9f0', '#c49cf0', '#56c8d8', '#d5dae1'],
  ['#667080', '#ff8f95', '#b8e08a', '#ffd173', '#8cc2ff', '#dab8ff', '#7fe0ec', '#ffffff'],
].flat();

const round = (value) => String(Math.round(value * 100) / 100);
const escapeXml = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);

/** The 256 colours of xterm: sixteen, a cube, greys. */
function paletteColour(index) {
  if (index < 16) return PALETTE[index];
  if (index >= 232) return rgb(Array(3).fill(8 + (index - 232) * 10));
  const level = (step) => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return rgb([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level));
}

const rgb = (parts) => `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
const rgbOf = (value) => `#${value.toString(16).padStart(6, '0')}`;

function colours(cell) {
  const foreground = cell.isFgDefault()
    ? TEXT
    : cell.isFgRGB()
      ? rgbOf(cell.getFgColor())
      : paletteColour(cell.getFgColor());
  const background = cell.isBgDefault()
    ? undefined
    : cell.isBgRGB()
      ? rgbOf(cell.getBgColor())
      : paletteColour(cell.getBgColor());
  return cell.isInverse()
    ? { ink: background ?? GROUND, ground: foreground }
    : { ink: foreground, ground: background };
}

/** Lines from the middle of a cell to its sides. */
const LINES = {
  '─': 'lr',
  '│': 'ud',
  '┤': 'udl',
  '┼': 'udlr',
  '├': 'udr',
};
const CORNERS = { '╭': [1, 1], '╮': [-1, 1], '╰': [1, -1], '╯': [-1, -1] };
/** Parts of a cell that are filled: left, top, width, height, opacity. */
const BLOCKS = {
  '█': [0, 0, 1, 1, 1],
  '▀': [0, 0, 1, 0.5, 1],
  '░': [0, 0.18, 1, 0.64, 0.22],
  ...Object.fromEntries([...'▏▎▍▌▋▊▉'].map((glyph, i) => [glyph, [0, 0, (i + 1) / 8, 1, 1]])),
  ...Object.fromEntries([...'▁▂▃▄▅▆▇'].map((glyph, i) => [glyph, [0, 1 - (i + 1) / 8, 1, (i + 1) / 8, 1]])),
};
const isBar = (char) => '█░▏▎▍▌▋▊▉'.includes(char);

function boxPath(char, x, y) {
  const [cx, cy] = [x + CELL.width / 2, y + CELL.height / 2];
  const corner = CORNERS[char];
  if (corner !== undefined) {
    const [dx, dy] = corner;
    const radius = CELL.width / 2;
    const [endX, endY] = [cx + (dx * CELL.width) / 2, cy + (dy * CELL.height) / 2];
    return `M${round(endX)} ${round(cy)}Q${round(cx)} ${round(cy)} ${round(cx)} ${round(cy + dy * radius)}V${round(endY)}`;
  }
  const ends = { l: [x, cy], r: [x + CELL.width, cy], u: [cx, y], d: [cx, y + CELL.height] };
  return [...LINES[char]]
    .map((side) => `M${round(cx)} ${round(cy)}L${ends[side].map(round).join(' ')}`)
    .join('');
}

/** A rectangle that goes on where the last one ended becomes part of it: no seams. */
function addRect(rects, next) {
  const last = rects.at(-1);
  const isNext =
    last !== undefined &&
    Math.abs(last.x + last.width - next.x) < 0.01 &&
    ['y', 'height', 'fill', 'opacity'].every((key) => last[key] === next[key]);
  if (isNext) last.width += next.width;
  else rects.push(next);
}

const rectTag = ({ x, y, width, height, fill, opacity }) =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"${opacity === 1 ? '' : ` opacity="${round(opacity)}"`}/>`;

/** What one cell adds: grounds and blocks below, lines by colour, characters by style. */
function paint(cell, x, y, layers) {
  const char = cell.getChars();
  const { ink, ground } = colours(cell);
  const opacity = cell.isDim() ? 0.6 : 1;
  const cells = cell.getWidth();
  if (ground !== undefined) {
    addRect(layers.grounds, {
      x,
      y,
      width: CELL.width * cells,
      height: CELL.height,
      fill: ground,
      opacity: 1,
    });
  }
  if (char === '' || char === ' ') return;
  if (char in BLOCKS) {
    const [left, top, width, height, strength] = BLOCKS[char];
    // Bars are a little lower than their rows, so that two of them do not run together.
    const inset = isBar(char) ? 3 : 0;
    const room = CELL.height - 2 * inset;
    addRect(layers.blocks, {
      x: x + left * CELL.width,
      y: y + inset + top * room,
      width: width * CELL.width,
      height: height * room,
      fill: ink,
      opacity: strength < 1 ? strength : opacity,
    });
  } else if (char in LINES || char in CORNERS) {
    const key = `${ink} ${opacity}`;
    layers.lines.set(key, (layers.lines.get(key) ?? '') + boxPath(char, x, y));
  } else {
    const key = `fill="${ink}"${cell.isBold() ? ' font-weight="bold"' : ''}${opacity < 1 ? ` opacity="${opacity}"` : ''}`;
    const row = layers.texts.get(key) ?? [];
    row.push([char, x, y + CELL.height * 0.73]);
    layers.texts.set(key, row);
  }
}

/**
 * @param {import('@xterm/headless').Terminal} emulator
 * @param {string} title shown in the window's bar
 */
export function screenSvg(emulator, title) {
  const layers = { grounds: [], blocks: [], lines: new Map(), texts: new Map() };
  const { active } = emulator.buffer;
  for (let y = 0; y < emulator.rows; y++) {
    const line = active.getLine(active.viewportY + y);
    for (let x = 0; x < emulator.cols; x++) {
      const cell = line?.getCell(x);
      if (cell === undefined || cell.getWidth() === 0) continue;
      paint(cell, MARGIN + x * CELL.width, TITLE_BAR + MARGIN / 2 + y * CELL.height, layers);
    }
  }
  const width = Math.ceil(emulator.cols * CELL.width + 2 * MARGIN);
  const height = Math.ceil(emulator.rows * CELL.height + TITLE_BAR + MARGIN * 1.5);
  const lines = [...layers.lines].map(([key, path]) => {
    const [ink, opacity] = key.split(' ');
    return `<path d="${path}" stroke="${ink}" opacity="${opacity}" fill="none" stroke-width="1.2"/>`;
  });
  const texts = [...layers.texts].map(([style, characters]) => {
    const spans = characters.map(
      ([char, x, y]) => `<tspan x="${round(x)}" y="${round(y)}">${escapeXml(char)}</tspan>`,
    );
    return `<g ${style}><text>${spans.join('')}</text></g>`;
  });
  const dots = ['#f07178', '#e6b450', '#9ece6a'].map(
    (colour, i) => `<circle cx="${20 + i * 18}" cy="${TITLE_BAR / 2}" r="5.5" fill="${colour}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="10" fill="${GROUND}"/>`,
    `<path d="M0 ${TITLE_BAR}V10A10 10 0 0 1 10 0H${width - 10}A10 10 0 0 1 ${width} 10V${TITLE_BAR}Z" fill="${BAR}"/>`,
    ...dots,
    `<g font-family="'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,'Noto Sans Mono CJK JP',monospace" font-size="${FONT_SIZE}" style="white-space:pre">`,
    `<text x="${width / 2}" y="${TITLE_BAR / 2 + 5}" text-anchor="middle" fill="${PALETTE[8]}">${escapeXml(title)}</text>`,
    '<g shape-rendering="crispEdges">',
    ...layers.grounds.map(rectTag),
    ...layers.blocks.map(rectTag),
    '</g>',
    ...lines,
    ...texts,
    '</g></svg>',
    '',
  ].join('\n');
}
