// What the dashboard costs: the built program in a real pseudo-terminal, against the demo server. Run with: npm run bench -- ui
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Terminal, temporaryHome } from '../helpers/terminal.ts';
import { median, table, verdicts, writeSection } from './report.js';

const LAUNCHER = join(import.meta.dirname, '..', '..', 'bin', 'tad.js');
const WORLD = ['--chats', '1', '--tracks', '24', '--file-mb', '16', '--bandwidth', '0'];
const EIGHT = [...WORLD, '--parallel', '8'];
/** Megabytes per second: both faces take as long, so that what they cost can be told apart. */
const CAPPED = ['--bandwidth', '40'];
const CHAT = 'Night Ferry Radio';
const IDLE_SECONDS = 8;
const KEYS = 120;
const TICKS_PER_SECOND = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout);

const seconds = (from) => (performance.now() - from) / 1000;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** CPU seconds of a process with all its threads, user and system (/proc/PID/stat, fields 14 and 15). */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}

const demo = (home, args) => Terminal.tad(['demo', '--home', home.path, ...args], { columns: 120, rows: 36 });

async function leave(terminal) {
  terminal.press('q');
  await terminal.until((screen) => screen.includes('Quit?') || screen.includes('[exit'));
  terminal.press('y');
  await terminal.ended();
}

/** From the start of the process to the first frame, and to the chats. The home exists already. */
async function firstFrame(home) {
  const runs = [];
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    using terminal = demo(home, WORLD);
    await terminal.until(/╭/);
    const frame = seconds(start);
    await terminal.until(CHAT);
    runs.push({ frame, chats: seconds(start) });
    await leave(terminal);
  }
  return { frame: median(runs.map((run) => run.frame)), chats: median(runs.map((run) => run.chats)) };
}

async function idle(home) {
  using terminal = demo(home, WORLD);
  await terminal.until(CHAT);
  // What the start set going comes to rest first.
  await sleep(4000);
  const [cpu, bytes, start] = [cpuSeconds(terminal.pid), terminal.raw.length, performance.now()];
  await sleep(IDLE_SECONDS * 1000);
  const share = (cpuSeconds(terminal.pid) - cpu) / seconds(start);
  const written = terminal.raw.length - bytes;
  await leave(terminal);
  return { share, written };
}

/** What btop with its own settings (a look at the machine every two seconds) takes on the same screen; undefined without btop. */
async function btop() {
  if (spawnSync('which', ['btop']).status !== 0) return undefined;
  using home = temporaryHome();
  const env = { HOME: home.path, XDG_CONFIG_HOME: home.path };
  using terminal = new Terminal('btop', [], { columns: 120, rows: 36, env });
  await terminal.until('cpu');
  await sleep(4000);
  const pid = terminal.shellPid;
  const [cpu, bytes, start] = [cpuSeconds(pid), terminal.raw.length, performance.now()];
  await sleep(IDLE_SECONDS * 1000);
  return { share: (cpuSeconds(pid) - cpu) / seconds(start), written: terminal.raw.length - bytes };
}

/** The download of one chat on the dashboard, from the key to the last file. */
async function withDashboard(speed) {
  using home = temporaryHome();
  using terminal = demo(home, [...EIGHT, ...speed]);
  await terminal.until(CHAT);
  const { pid } = terminal;
  const [cpu, start] = [cpuSeconds(pid), performance.now()];
  terminal.press('d');
  await terminal.until('done: 24 files', 300_000);
  const result = { cpu: cpuSeconds(pid) - cpu, elapsed: seconds(start) };
  await leave(terminal);
  return result;
}

/** The same without a screen, from the login to the last file. */
async function withoutScreen(speed) {
  using home = temporaryHome();
  const args = ['demo', '--home', home.path, '--no-ui', ...EIGHT, ...speed];
  const child = spawn(process.execPath, [LAUNCHER, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  let begun;
  let last;
  child.stderr.on('data', (chunk) => {
    told += chunk;
    if (begun === undefined && told.includes('mirroring')) {
      begun = { cpu: cpuSeconds(child.pid), at: performance.now() };
    }
  });
  const poll = setInterval(() => {
    if (begun !== undefined) last = { cpu: cpuSeconds(child.pid), at: performance.now() };
  }, 50);
  await once(child, 'exit');
  clearInterval(poll);
  return { cpu: last.cpu - begun.cpu, elapsed: (last.at - begun.at) / 1000 };
}

/** Milliseconds from a key to its effect on the screen; of several terminals, turn and turn about, so that all have the same luck. */
async function keyToScreen(terminals, keys, rowOf) {
  const waits = terminals.map(() => []);
  for (let i = 0; i < KEYS; i++) {
    for (const [which, terminal] of terminals.entries()) {
      const before = rowOf(terminal.rows());
      const start = performance.now();
      terminal.press(keys[i % keys.length]);
      await terminal.until(() => rowOf(terminal.rows()) !== before);
      waits[which].push(performance.now() - start);
      await sleep(30);
    }
  }
  return waits.map((of) => ({ p50: percentile(of, 0.5), p95: percentile(of, 0.95) }));
}

/** Where the cursor is. */
const cursorRow = (rows) => rows.findIndex((row) => /│▸/.test(row));
/** What stands under the cursor. */
const cursorText = (rows) => rows[cursorRow(rows)]?.split('│▸')[1];

async function keysWhileDownloading() {
  using home = temporaryHome();
  using terminal = demo(home, [...EIGHT, '--tracks', '200']);
  await terminal.until(CHAT);
  terminal.press('d');
  await terminal.until('8 active', 60_000);
  const [result] = await keyToScreen([terminal], ['j', 'j', 'k', 'k'], cursorRow);
  await leave(terminal);
  return result;
}

/**
 * Through a short list and one of 100,000 rows: of a chat, and of the queue when all of the chat has been put into it, which stands
 * still meanwhile.
 */
async function scrolling() {
  const sizes = [
    ['Audiobook', /─ 48 ─/, /\b4\d queued/],
    ['Archive', / 100 000 ─/, /\b(?:99\d{3}|100000) queued/],
  ];
  using shortHome = temporaryHome();
  using longHome = temporaryHome();
  using short = demo(shortHome, ['--chats', '1']);
  using long = demo(longHome, ['--chats', '1']);
  const terminals = [short, long];
  const measured = () =>
    keyToScreen(terminals, ['pagedown', 'j', 'G', 'k', 'pageup', 'g'], (rows) =>
      [cursorRow(rows), cursorText(rows)].join(),
    );
  for (const [which, [chat, isThere]] of sizes.entries()) {
    await terminals[which].until(CHAT);
    terminals[which].press('P', '/', chat, 'enter', 'enter');
    await terminals[which].until(isThere, 300_000);
  }
  const chat = await measured();
  for (const [which, [, , isQueued]] of sizes.entries()) {
    terminals[which].press('a', 'd', 'q');
    await terminals[which].until('1 Chats');
    terminals[which].press('2');
    await terminals[which].until(isQueued, 300_000);
  }
  return { chat, queue: await measured() };
}

const percent = (share) => `${(share * 100).toFixed(1)} %`;
const ms = (value) => `${value.toFixed(0)} ms`;

using prepared = temporaryHome();
{
  using terminal = demo(prepared, WORLD);
  await terminal.until(CHAT);
  await leave(terminal);
}
const start = await firstFrame(prepared);
const rest = await idle(prepared);
const { verdict, tableOfVerdicts, check } = verdicts();
verdict('First frame after the start of the process', start.frame, ['<=', 1], 's');
verdict(`Idle: CPU over ${IDLE_SECONDS} s`, rest.share * 100, ['<=', 1], '%');
const rows = [
  ['chats on the screen (connected, logged in)', `${start.chats.toFixed(2)} s`],
  [`idle: bytes written to the terminal over ${IDLE_SECONDS} s`, String(rest.written)],
];
const beside = await btop();
if (beside !== undefined) {
  rows.push(
    [`beside it, btop with its own settings: CPU over ${IDLE_SECONDS} s`, percent(beside.share)],
    [`the same: bytes written to the terminal over ${IDLE_SECONDS} s`, String(beside.written)],
  );
}
const keys = await keysWhileDownloading();
rows.push(['key to screen while 8 files download at full speed, p50', ms(keys.p50)]);
verdict('Key to screen while 8 files download at full speed, p95', keys.p95, ['<=', 40], 'ms');
for (const [name, [short, long]] of Object.entries(await scrolling())) {
  rows.push([`scrolling 48 rows of a ${name}, p50 and p95`, `${ms(short.p50)}, ${ms(short.p95)}`]);
  rows.push([`scrolling 100,000 rows of a ${name}, p50 and p95`, `${ms(long.p50)}, ${ms(long.p95)}`]);
  verdict(`Scrolling 100,000 rows of a ${name} against 48, p50`, long.p50 / short.p50, ['<=', 1.25]);
  verdict(`Scrolling 100,000 rows of a ${name} against 48, p95`, long.p95 / short.p95, ['<=', 1.5]);
}
const speeds = [
  ['40 MB/s', CAPPED],
  ['full speed', []],
];
for (const [name, speed] of speeds) {
  const pairs = [];
  for (let run = 0; run < 3; run++) {
    const screen = await withDashboard(speed);
    const plain = await withoutScreen(speed);
    pairs.push({ screen, plain, share: (screen.cpu - plain.cpu) / screen.elapsed });
  }
  const middle = pairs.toSorted((a, b) => a.share - b.share)[1];
  const { screen, plain, share } = middle;
  const cpu = `${screen.cpu.toFixed(1)} s against ${plain.cpu.toFixed(1)} s`;
  rows.push([`8 transfers at ${name}: CPU with and without the screen, ${screen.elapsed.toFixed(1)} s`, cpu]);
  verdict(`8 transfers at ${name}: for drawing, of one core`, share * 100, ['<=', 10], '%');
}

const body = [
  tableOfVerdicts(),
  '',
  table(['120x36, the demo server on the same machine', 'measured'], rows),
  '',
  'A key is timed from the write to the pseudo-terminal until the emulator shows its effect. Drawing is the CPU time of the whole',
  'process (all threads) with the dashboard less that of the same download without it, over the time it took; the middle of three.',
  beside === undefined
    ? 'btop is not installed here: nothing is compared with it.'
    : 'btop draws a machine that never rests, every two seconds; an idle dashboard has nothing to draw.',
].join('\n');
console.log(body);
writeSection({ name: 'ui', title: 'The dashboard', command: 'npm run bench -- ui', body });
check();
