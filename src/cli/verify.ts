import { byteText } from '../core/byte_text.js';
import type { Core, Track } from '../core/face.js';
import { knownCredentials } from './api_credentials.js';
import { checkTrack } from './check_track.js';
import type { Action, Call } from './command.js';
import { count } from './format.js';
import { LiveArea } from './live_area.js';
import { record } from './records.js';
import { type Broken, repair } from './repair.js';
import { coreRequest, withCore, withSession } from './session.js';
import { Telling } from './telling.js';

const PAGE = 200;
const FRAME_MS = 200;

function* allTracks({ library }: Core): Generator<Track> {
  for (let offset = 0; ; offset += PAGE) {
    const page = library.search('', { offset, limit: PAGE });
    yield* page;
    if (page.length < PAGE) return;
  }
}

interface Checked {
  readonly files: number;
  readonly bytes: number;
  readonly broken: readonly Broken[];
}

/** Checks every file, one after the other: the disk is the limit. Tells each problem when it is found. */
async function check({ io, settings, signal }: Call, core: Core): Promise<Checked> {
  const shown = !settings.get('quiet') && io.stderr.isTerminal;
  using area = shown ? new LiveArea(io.stderr) : undefined;
  const total = core.library.count('');
  const broken: Broken[] = [];
  let [files, bytes, drawnAt] = [0, 0, 0];
  const tell = (print: () => void) => (area === undefined ? print() : area.above(print));
  for (const track of allTracks(core)) {
    if (io.now() - drawnAt >= FRAME_MS) {
      drawnAt = io.now();
      area?.draw([`  checked ${files}/${count(total, 'file')}  ${byteText(bytes)}  ${broken.length} broken`]);
    }
    const problem = await checkTrack(track, signal);
    files++;
    bytes += track.bytes;
    if (problem === undefined) continue;
    broken.push({ track, problem });
    const { documentId, chatId, messageId, path } = track;
    tell(() =>
      io.stdout.line(
        settings.get('json')
          ? record(io.now(), 'verify.problem', { problem, documentId, chatId, messageId, path })
          : `${problem}  ${path}`,
      ),
    );
  }
  return { files, bytes, broken };
}

function conclude(
  { io, settings }: Call,
  { files, bytes, broken }: Checked,
  left: readonly Broken[],
): number {
  const repaired = broken.length - left.length;
  if (settings.get('json')) {
    const of = (wanted: Broken['problem']) => broken.filter(({ problem }) => problem === wanted).length;
    const problems = { missing: of('missing'), damaged: of('damaged'), unreadable: of('unreadable') };
    io.stdout.line(record(io.now(), 'verify.summary', { checked: files, bytes, ...problems, repaired }));
  } else if (!settings.get('quiet')) {
    const found = broken.length === 0 ? 'all are well' : `${broken.length} broken`;
    const mended = settings.get('repair') && broken.length > 0 ? `, ${repaired} repaired` : '';
    io.stdout.line(`${count(files, 'file')} checked (${byteText(bytes)}), ${found}${mended}`);
    if (left.length > 0 && !settings.get('repair'))
      io.stderr.line('tad: to fetch them again: tad verify --repair');
  }
  return left.length === 0 ? 0 : 1;
}

export const verify: Action = async (call) => {
  if (call.settings.get('repair')) {
    const watch = (core: Core) => new Telling(call, core);
    return await withSession(call, watch, async (core, telling) => {
      // The repair has a view of its own, which tells notices.
      telling[Symbol.dispose]();
      const checked = await check(call, core);
      const left = checked.broken.length === 0 ? [] : await repair(call, core, checked.broken);
      return conclude(call, checked, left);
    });
  }
  // The disk alone is asked, so nobody need be logged in.
  const credentials = knownCredentials(call.settings) ?? { apiId: 1, apiHash: '' };
  return await withCore(call, coreRequest(call, credentials), async (core) => {
    const checked = await check(call, core);
    return conclude(call, checked, checked.broken);
  });
};
