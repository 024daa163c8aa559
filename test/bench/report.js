// Tables of benchmarks, on the terminal and in docs/benchmarks.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks.md');

/** A Markdown table; the first column is left-aligned, the others right. */
export function table(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** Three digits, as many as these measurements are worth. */
export const number = (value) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/**
 * Figures beside their targets: `verdict` notes one, `tableOfVerdicts` makes the table of all, and `check` has the process fail for
 * one that was missed, when it was started with --check.
 */
export function verdicts() {
  const rows = [];
  return {
    /** @param {['>=' | '<=', number]} target */
    verdict(what, value, [relation, bound], unit = 'x') {
      const met = relation === '>=' ? value >= bound : value <= bound;
      const sign = relation === '>=' ? 'at least' : 'at most';
      rows.push([what, `${number(value)} ${unit}`, `${sign} ${bound}`, met ? 'yes' : '**no**']);
    },
    tableOfVerdicts: () => table(['What', 'measured', 'target', 'met'], rows),
    check() {
      if (!process.argv.includes('--check')) return;
      const missed = rows.filter(([, , , met]) => met !== 'yes');
      for (const [what, measured, target] of missed) console.error(`missed: ${what}: ${measured}, ${target}`);
      if (missed.length > 0) process.exitCode = 1;
    },
  };
}

/** The middle value; of an even number, the lower one of the two in the middle. */
export function median(values) {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];
}

/** When, on what, and how: the line under each section's heading. */
function circumstances(command) {
  const [first, ...rest] = cpus();
  const machine = `${first?.model.trim() ?? 'unknown processor'}, ${rest.length + 1} cores`;
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, ${machine}, ${process.platform} ${process.arch}, Node ${process.versions.node}: \`${command}\``;
}

/**
 * Replaces a section of docs/benchmarks.md (appends it the first time).
 * @param {{ name: string, title: string, command: string, body: string }} section
 */
export function writeSection({ name, title, command, body }, page = PAGE) {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const text = `${open}\n\n## ${title}\n\n${circumstances(command)}\n\n${body.trim()}\n\n${close}`;
  const old = existsSync(page) ? readFileSync(page, 'utf8') : '# Benchmarks\n';
  const [from, to] = [old.indexOf(open), old.indexOf(close)];
  const next =
    from >= 0 && to > from
      ? `${old.slice(0, from)}${text}${old.slice(to + close.length)}`
      : `${old.trimEnd()}\n\n${text}\n`;
  writeFileSync(page, next);
}
