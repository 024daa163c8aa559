import type { Random } from '../random.js';

/** Invented performers and titles in several scripts: any front goes with any back. One table. */

export const SCRIPTS = [
  'latin',
  'cyrillic',
  'greek',
  'japanese',
  'chinese',
  'korean',
  'arabic',
  'devanagari',
] as const;
export type Script = (typeof SCRIPTS)[number];

interface Words {
  readonly performers: readonly string[];
  readonly fronts: readonly string[];
  readonly backs: readonly string[];
  readonly genres: readonly string[];
}

const WORDS: Readonly<Record<Script, Words>> = {
  latin: {
    performers: [
      'The Paper Lanterns',
      'Ørsted Quartet',
      'Hollow Coast',
      'Léa Marchetti',
      'Vinterhamn',
      'Sister Meridian',
      'Ângela Prado',
      'Copper & Salt',
      'Zofia Wrześniak',
      'The Night Ferries',
      'Iñaki Urrutia Trio',
      'Glass Orchard',
      'Mårten Sjöholm',
      'AC/Delta',
      'Dusk, Then Rain',
      'Tuğba Işık',
    ],
    fronts: [
      'Slow Light',
      'Letters',
      'Half a Moon',
      'Salt',
      'The Long Way',
      'Blue Hours',
      'Café Waltz',
      'No Signal',
      'Glass',
      'Ninth Wave',
      'Static',
      'Paper Boats',
      'Señal',
      'Lanterns',
      'Ghost Notes',
      'Winter',
      'Déjà Vu',
      'Embers',
    ],
    backs: [
      'from the Harbour',
      'over Lisbon',
      'in E Minor',
      'at Midnight',
      'without You',
      '(Live)',
      'of Tin and Rain',
      '',
      'before Dawn',
      'pt. II',
      'on the Radio',
      '(feat. Mira Sol)',
      'Again',
      'beneath the Ice',
      'för Elin',
      '',
    ],
    genres: ['Ambient', 'Jazz', 'Indie', 'Electronic', 'Folk', 'Classical'],
  },
  cyrillic: {
    performers: [
      'Северный Ветер',
      'Анна Белозёрова',
      'Тихий Океан',
      'Группа «Маяк»',
      'Ірина Калина',
      'Ночной Трамвай',
      'Димитър Стоянов',
      'Оркестр Луны',
      'Пётр Ёлкин',
      'Стеклянный Дом',
    ],
    fronts: [
      'Свет',
      'Дождь',
      'Письмо',
      'Город',
      'Сон',
      'Последний поезд',
      'Тишина',
      'Огни',
      'Снег',
      'Песня',
      'Подъезд',
      'Чайки',
    ],
    backs: [
      'над рекой',
      'без имени',
      'в октябре',
      'на рассвете',
      'для двоих',
      'у окна',
      'после дождя',
      'на краю света',
      '',
      'из детства',
      'по радио',
      '(версия 2)',
    ],
    genres: ['Рок', 'Фолк', 'Джаз', 'Электроника'],
  },
  greek: {
    performers: [
      'Ελένη Παπαδάκη',
      'Το Φως',
      'Νίκος Θαλασσινός',
      'Οι Νυχτερινοί',
      'Μαρίνα Καλογήρου',
      'Άνεμος',
    ],
    fronts: [
      'Φως',
      'Γράμμα',
      'Το καράβι',
      'Σιωπή',
      'Τραγούδι',
      'Ο δρόμος',
      'Βροχή',
      'Όνειρο',
      'Καλοκαίρι',
      'Ήχος',
    ],
    backs: [
      'στη θάλασσα',
      'χωρίς λόγια',
      'τον Σεπτέμβρη',
      'για σένα',
      'στο λιμάνι',
      'της νύχτας',
      '',
      'ξανά',
    ],
    genres: ['Λαϊκά', 'Έντεχνο', 'Τζαζ'],
  },
  japanese: {
    performers: ['青い灯台', '森川あかり', '夜汽車クラブ', '水無月楽団', 'ガラスの庭', '高橋レイ'],
    fronts: ['夜の', '雨の', '遠い', '硝子の', '月と', '冬の', '名もない', '最後の', '青い', 'さよなら'],
    backs: ['電車', '手紙', '海', '約束', '灯り', 'メロディー', '坂道', '夢', 'ラジオ', '猫'],
    genres: ['J-Pop', 'ジャズ', '環境音楽'],
  },
  chinese: {
    performers: ['林小雨', '山海乐队', '陈默', '蓝色车站', '南風樂團', '周夜航'],
    fronts: ['月光下的', '远方的', '无名的', '十月的', '旧城的', '昨夜的', '北方的', '最後的'],
    backs: ['河流', '信', '雨季', '列车', '歌', '灯塔', '夢', '窗口', '海岸', '雪'],
    genres: ['民谣', '流行', '爵士'],
  },
  korean: {
    performers: ['바람개비', '한서윤', '푸른 등대', '새벽 열차', '이도현 밴드'],
    fronts: ['바람의', '새벽의', '잊힌', '비 오는', '너의', '푸른', '마지막', '겨울'],
    backs: ['노래', '편지', '바다', '정류장', '기억', '꿈', '불빛', '라디오'],
    genres: ['발라드', '인디'],
  },
  arabic: {
    performers: ['نور الهدى', 'فرقة الساحل', 'سامي الخطيب', 'ليلى منصور', 'مقام الليل'],
    fronts: ['ضوء', 'رسالة', 'حلم', 'أغنية', 'مطر', 'صوت', 'ليل', 'طريق'],
    backs: ['على النهر', 'من بعيد', 'بلا عنوان', 'في المساء', 'إلى البحر', 'قبل الفجر', 'للغائبين', ''],
    genres: ['طرب', 'موسيقى'],
  },
  devanagari: {
    performers: ['मीरा शर्मा', 'सागर बैंड', 'अनिल जोशी', 'चाँदनी रात', 'गीता राव'],
    fronts: ['बारिश', 'रोशनी', 'सपना', 'नदी', 'चिट्ठी', 'धूप', 'हवा', 'शहर'],
    backs: ['और तुम', 'और चाँद', 'फिर से', 'मेरे साथ', 'दूर कहीं', 'रात भर', '', 'एक बार'],
    genres: ['राग', 'लोक संगीत'],
  },
};

/** Scripts that write their words without spaces between front and back. */
const UNSPACED: ReadonlySet<Script> = new Set(['japanese', 'chinese']);

export function performerName(script: Script, random: Random): string {
  return random.pick(WORDS[script].performers);
}

/** @param number neighbouring numbers have different titles; any at random unless given */
export function titleOf(script: Script, random: Random, number = random.uint32()): string {
  const { fronts, backs } = WORDS[script];
  return [fronts[number % fronts.length]!, random.pick(backs)].join(UNSPACED.has(script) ? '' : ' ').trim();
}

export function genreName(script: Script, random: Random): string {
  return random.pick(WORDS[script].genres);
}

const CHATTER = [
  'New week, new music. What are you listening to?',
  'Part two tomorrow 🎧',
  'Кто был на концерте?',
  'Lossless where we could get it, the rest is 320.',
  'リクエスト受付中です。',
  'Please use the topic for questions.',
  'Thanks for 10,000 subscribers! 🎉',
  'شكراً لكم جميعاً',
  'That bass line at 1:12 👌',
  'Καλημέρα!',
  'Recorded in one take, sorry for the cat.',
  'https://example.org/tour',
  'क्या किसी के पास पूरा एल्बम है?',
  'voice note, too lazy to type',
] as const;

export function chatterText(random: Random): string {
  return random.pick(CHATTER);
}
