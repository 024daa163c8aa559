import type { Random } from '../random.js';
import type { CatalogueOptions } from './catalogue.js';
import { type ChatPlan, WORLD_NOW } from './chat_plan.js';
import { musicContent } from './content.js';
import { SCRIPTS, type Script } from './names.js';
import { Pattern } from './pattern.js';
import { albumRhythm } from './rhythm.js';
import { fixedSize, mixedSizes, modestSizes } from './tracks.js';

/** Music chats are numbered from here, so that their number changes nothing in the rest of the world. */
const FIRST_MUSIC_INDEX = 32;

const MUSIC_CHATS: readonly {
  readonly title: string;
  readonly username: string;
  readonly scripts: readonly Script[];
}[] = [
  {
    title: 'Night Ferry Radio',
    username: 'night_ferry_radio',
    scripts: ['latin', 'latin', 'greek', 'japanese'],
  },
  { title: 'Тихая волна', username: 'quiet_wave', scripts: ['cyrillic', 'cyrillic', 'latin'] },
  { title: '夜汽車レコード', username: 'yogisha_records', scripts: ['japanese', 'chinese', 'korean'] },
  { title: 'Lossless Lantern', username: 'lossless_lantern', scripts: ['latin', 'devanagari', 'arabic'] },
  { title: 'Άνεμος FM', username: 'anemos_fm', scripts: ['greek', 'latin'] },
  { title: 'مقهى الموسيقى', username: 'music_cafe_ar', scripts: ['arabic'] },
  { title: 'सुर संगम', username: 'sur_sangam', scripts: ['devanagari', 'latin'] },
  { title: 'World of Tape', username: 'world_of_tape', scripts: SCRIPTS },
];

/** The music channels that the options ask for. The first is small and pinned: it is what the demo mirrors. */
export function musicChats(options: CatalogueOptions): readonly ChatPlan[] {
  return Array.from({ length: options.chats }, (_, number) => musicChat(options, number));
}

function musicChat(options: CatalogueOptions, number: number): ChatPlan {
  const model = MUSIC_CHATS[number % MUSIC_CHATS.length]!;
  const round = Math.floor(number / MUSIC_CHATS.length) + 1;
  const suffix = round === 1 ? '' : `${round}`;
  const sizes =
    options.fileMb > 0
      ? fixedSize(Math.round(options.fileMb * 2 ** 20))
      : number === 0
        ? modestSizes
        : mixedSizes;
  const pattern = (random: Random) => {
    const albums = number === 0 ? [6, 5, 5, 8, 7] : Array.from({ length: 6 }, () => random.int(1, 13));
    const plausible = number === 0 ? 16 : random.int(24, 64);
    return new Pattern(albumRhythm(random, albums), 'music', options.tracks || plausible, random.int(1, 9));
  };
  return {
    index: FIRST_MUSIC_INDEX + number,
    kind: 'channel',
    title: `${model.title} ${suffix}`.trim(),
    username: `${model.username}${suffix && `_${suffix}`}`,
    newest: WORLD_NOW - number * 240,
    memberCount: 1200 + ((number * 7919) % 90_000),
    pinned: number === 0,
    folder: 'Music',
    listedFor: 'all',
    authors: [],
    scripts: model.scripts,
    pattern,
    composer: (setting) => musicContent(setting, sizes, options.fileMb > 0),
  };
}
