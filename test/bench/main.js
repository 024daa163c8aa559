// npm run bench -- NAME [ARGS…]: runs test/bench/NAME.js on the built program, in a process of its own. With --check it ends with 1
// when a target was missed.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const own = new Set(['main.js', 'report.js']);
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.js') && !own.has(file))
  .map((file) => file.slice(0, -'.js'.length));

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  console.error(`usage: npm run bench -- ${names.join('|')}`);
  process.exit(2);
}
const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.js`), ...args], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
