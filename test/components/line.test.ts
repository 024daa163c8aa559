import chalk from 'chalk';
import { afterEach, describe, expect, it } from 'vitest';
import { type Line, painted, spoken } from '../../src/components/line.js';

const { level } = chalk;
afterEach(() => {
  chalk.level = level;
});

const LINE: Line = [
  { text: '  ', colour: 'red' },
  { text: '██', colour: 'cyan', isDrawing: true },
  { text: '░', isDim: true, isDrawing: true },
  ' 66% ',
  { text: 'jazz ', colour: 'cyan', isBold: true, isInverse: true },
  '   ',
];

describe('a line', () => {
  it('has the looks of its pieces; blanks that nobody can see have none, or are left out', () => {
    chalk.level = 1;
    expect(painted(LINE)).toBe(
      '  \x1b[36m██\x1b[39m\x1b[2m░\x1b[22m 66% \x1b[7m\x1b[1m\x1b[36mjazz \x1b[39m\x1b[22m\x1b[27m',
    );
  });

  it('is bare text where the terminal has no colours', () => {
    chalk.level = 0;
    expect(painted(LINE)).toBe('  ██░ 66% jazz');
  });

  it('is read without what is only drawn', () => {
    expect(spoken(LINE)).toBe('   66% jazz');
  });
});
